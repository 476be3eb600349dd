package dev.overlapped.examples;

import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayDeque;

/// Sends a file from where it is mapped, with several sends pending, so that the network never waits for
/// this program: `SendFile HOST PORT FILE`.
final class SendFile {
    private static final long BLOCK_BYTES = 1 << 20;
    private static final int PENDING_MAX = 4;

    private SendFile() {
    }

    public static void main(String... args) throws Exception {
        var there = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        // The socket is closed before the memory is, since it is opened later.
        try (FileChannel file = FileChannel.open(Path.of(args[2])); Arena arena = Arena.ofShared();
                OverlappedSocket socket = OverlappedSocket.connect(there).await()) {
            MemorySegment bytes = file.map(MapMode.READ_ONLY, 0, file.size(), arena);
            var pending = new ArrayDeque<Overlapped<Long>>();
            for (long at = 0; at < bytes.byteSize(); at += BLOCK_BYTES) {
                if (pending.size() == PENDING_MAX) {
                    pending.removeFirst().await();
                }
                pending.add(socket.send(bytes.asSlice(at, Math.min(BLOCK_BYTES, bytes.byteSize() - at))));
            }
            while (!pending.isEmpty()) {
                pending.removeFirst().await();
            }
            socket.shutdownOutput();
            // The peer has everything when it ends the stream as well.
            while (socket.receive(ByteBuffer.allocate(1)).await() >= 0) {
                System.err.println("the peer talks back");
            }
            System.out.println("sent " + bytes.byteSize() + " bytes");
        }
    }
}
