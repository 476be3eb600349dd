package dev.overlapped.examples;

import dev.overlapped.Alertable;
import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A chat room: what one client says, all others get. `Chat PORT`.
///
/// Everything is a routine, and all routines run on the one thread that calls `runUntilStopped`: so nothing
/// here needs a lock.
final class Chat {
    private static final int MESSAGE_BYTES_MAX = 4096;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Set<OverlappedSocket> members = new HashSet<>();

    private Chat() {
    }

    public static void main(String... args) throws Exception {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        try (ListeningSocket listener = ListeningSocket.bind(here)) {
            System.out.println("listening on " + listener.localAddress());
            new Chat().accept(listener);
            Alertable.runUntilStopped();
        }
    }

    private void accept(ListeningSocket listener) {
        listener.accept().onCompletion(request -> {
            accept(listener);
            OverlappedSocket member = request.result();
            members.add(member);
            hear(member, ByteBuffer.allocateDirect(MESSAGE_BYTES_MAX));
        });
    }

    private void hear(OverlappedSocket member, ByteBuffer buffer) {
        member.receive(buffer.clear()).onCompletion(request -> {
            if (request.failure() != null || request.bytes() < 0) {
                leave(member);
                return;
            }
            ByteBuffer said = ByteBuffer.allocateDirect(buffer.position()).put(buffer.flip()).flip();
            for (OverlappedSocket other : List.copyOf(members)) {
                if (!other.equals(member)) {
                    tell(other, said.duplicate());
                }
            }
            hear(member, buffer);
        });
    }

    /// Several messages may be on their way to one member; they arrive in this order. Who does not take them
    /// in time has to go, so that what waits for him does not pile up.
    private void tell(OverlappedSocket member, ByteBuffer said) {
        member.send(said).withTimeout(PATIENCE).onCompletion(request -> {
            if (request.failure() != null) {
                leave(member);
            }
        });
    }

    private void leave(OverlappedSocket member) {
        members.remove(member);
        member.close();
    }
}
