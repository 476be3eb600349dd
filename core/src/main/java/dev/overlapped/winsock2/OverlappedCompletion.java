package dev.overlapped.winsock2;

import dev.overlapped.address.Endpoint;
import dev.overlapped.engine.Completion;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Tells a WSAOVERLAPPED how its request goes, and calls the page's completion routine.
final class OverlappedCompletion implements Completion {
    static final OverlappedCompletion INSTANCE = new OverlappedCompletion();

    private static final VarHandle INTERNAL = internal();

    private OverlappedCompletion() {
    }

    private static VarHandle internal() {
        try {
            return MethodHandles.publicLookup().findVarHandle(WSAOVERLAPPED.class, "Internal", long.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Override
    public void begun(Object tag) {
        INTERNAL.setOpaque((WSAOVERLAPPED) tag, Ntstatus.PENDING);
    }

    /// Whoever asks, or waits, although the call has failed, must not find it pending for ever.
    @Override
    public void refused(Object tag, int code) {
        INTERNAL.setRelease((WSAOVERLAPPED) tag, Ntstatus.of(code));
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        WSAOVERLAPPED overlapped = (WSAOVERLAPPED) tag;
        overlapped.InternalHigh = bytes;
        // Release: whoever reads Internal (volatile, so with acquire) and finds it ended also finds the
        // bytes, here and in the buffers. Read by WSAGetOverlappedResult, HasOverlappedIoCompleted, and by
        // programs themselves.
        INTERNAL.setRelease(overlapped, Ntstatus.of(code));
    }

    /// The objects are the program's, and the system's until the request ends. What is written before
    /// [#publish] is seen by whoever finds that it has ended.
    @Override
    public void received(Endpoint from, Object into, Object length) {
        Endpoints.write(from, (SOCKADDR) into, (DWORD) length);
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        ((LPWSAOVERLAPPED_COMPLETION_ROUTINE) routine).invoke(code, (int) bytes, (WSAOVERLAPPED) tag, 0);
    }
}
