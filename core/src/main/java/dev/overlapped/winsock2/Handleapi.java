package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;
import dev.overlapped.engine.Socket;

/// handleapi.h. For its conventions see [Winsock2].
public final class Handleapi {
    private Handleapi() {
    }

    /// CloseHandle: gives up a handle of an event, a thread or a socket (as closesocket). False with
    /// ERROR_INVALID_HANDLE if it names nothing.
    public static boolean CloseHandle(long hObject) {
        Caller caller = Caller.current();
        Engine engine = caller.engine();
        boolean closed = engine.object(hObject) instanceof Socket ? engine.close(hObject, caller)
                : engine.forget(hObject);
        return Calls.flag(caller, closed ? 0 : Winerror.WSA_INVALID_HANDLE);
    }
}
