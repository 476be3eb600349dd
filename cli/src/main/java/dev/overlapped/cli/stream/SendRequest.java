package dev.overlapped.cli.stream;

import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// One request that can be outstanding, with the memory it sends from: made once, used for one block after
/// the other. Being the structure itself, it is what a completion routine gets back.
final class SendRequest extends WSAOVERLAPPED {
    final MemorySegment block;
    /// The same memory, for the checksum.
    final ByteBuffer view;
    /// The list of one that `WSASend` wants.
    final WSABUF[] buffers;

    SendRequest(int size) {
        block = Arena.ofAuto().allocate(size);
        view = block.asByteBuffer();
        buffers = new WSABUF[] {new WSABUF(block, size)};
    }
}
