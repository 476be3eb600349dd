package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Socket;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;

/// ioapiset.h: cancelling. For its conventions see [Winsock2].
///
/// A cancelled request ends with WSA_OPERATION_ABORTED, and is indicated as any other end. Bytes it has
/// moved stay moved and are told in `InternalHigh`; the socket stays usable, and the next request starts
/// right behind.
public final class Ioapiset {
    private Ioapiset() {
    }

    /// CancelIo: cancels what the calling thread has pending on the socket. True also if that is nothing.
    public static boolean CancelIo(long hFile) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, hFile);
        if (socket == null) {
            return false;
        }
        socket.cancel(null, caller, caller);
        return Calls.flag(caller, 0);
    }

    /// CancelIoEx: cancels the request of `lpOverlapped`, or all if it is null, whichever thread started
    /// them. False with ERROR_NOT_FOUND if there is none.
    public static boolean CancelIoEx(long hFile, WSAOVERLAPPED lpOverlapped) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, hFile);
        if (socket == null) {
            return false;
        }
        int count = socket.cancel(lpOverlapped, null, caller);
        return Calls.flag(caller, count > 0 ? 0 : Winerror.ERROR_NOT_FOUND);
    }
}
