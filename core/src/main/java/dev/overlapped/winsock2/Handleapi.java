package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Calls.ENGINE;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Socket;

/// handleapi.h. For its conventions see [Winsock2].
public final class Handleapi {
    private Handleapi() {
    }

    /// CloseHandle: gives up a handle of an event, a thread or a socket (as closesocket). False with
    /// ERROR_INVALID_HANDLE if it names nothing.
    public static boolean CloseHandle(long hObject) {
        Caller caller = ENGINE.caller();
        boolean closed = ENGINE.object(hObject) instanceof Socket ? ENGINE.close(hObject, caller)
                : ENGINE.forget(hObject);
        return Calls.flag(caller, closed ? 0 : Winerror.WSA_INVALID_HANDLE);
    }
}
