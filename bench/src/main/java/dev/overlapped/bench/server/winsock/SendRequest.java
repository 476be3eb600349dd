package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASend;

import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.bench.server.StreamPattern;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// One of the sends that are kept outstanding, with its message.
final class SendRequest extends WSAOVERLAPPED {
    private final WSABUF[] buffers;
    private final int messageBytes;

    private SendRequest(ServerOptions options, int index) {
        messageBytes = options.messageBytes();
        ByteBuffer[] pieces = StreamPattern.pieces(options, index);
        buffers = new WSABUF[pieces.length];
        for (int i = 0; i < pieces.length; i++) {
            buffers[i] = new WSABUF(MemorySegment.ofBuffer(pieces[i]), pieces[i].capacity());
        }
    }

    static SendRequest[] all(ServerOptions options) {
        SendRequest[] requests = new SendRequest[options.depth()];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new SendRequest(options, i);
        }
        return requests;
    }

    /// Returns whether it was started.
    boolean post(long socket, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        return WSASend(socket, buffers, buffers.length, null, 0, this, routine) == 0
            || WSAGetLastError() == WSA_IO_PENDING;
    }

    int messageBytes() {
        return messageBytes;
    }
}
