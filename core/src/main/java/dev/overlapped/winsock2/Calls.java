package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.EventObject;
import dev.overlapped.engine.Socket;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR;
import java.net.SocketAddress;

/// What every function does first and last: is the library started, what does the handle name, what is
/// reported.
final class Calls {
    private static final long NANOS_PER_MS = 1_000_000;

    private Calls() {
    }

    // ---- first ----

    /// The calling thread, or null with the reason set, which is WSANOTINITIALISED for programs of Winsock 2.
    static Caller started() {
        Caller caller = Caller.current();
        if (Startup.isOfVersion2(caller)) {
            return caller;
        }
        int code = Startup.refusal(caller);
        if (code != 0) {
            caller.lastError(code);
            return null;
        }
        return caller;
    }

    /// The socket that `s` names, or null with WSAENOTSOCK set; also null where `caller` is.
    static Socket socket(Caller caller, long s) {
        if (caller == null) {
            return null;
        }
        Socket socket = caller.engine().socket(s);
        if (socket == null) {
            caller.lastError(Winerror.WSAENOTSOCK);
        }
        return socket;
    }

    /// The event that `hEvent` names, or null with WSA_INVALID_HANDLE set; also null where `caller` is.
    static EventObject event(Caller caller, long hEvent) {
        if (caller == null) {
            return null;
        }
        EventObject event = caller.engine().event(hEvent);
        if (event == null) {
            caller.lastError(Winerror.WSA_INVALID_HANDLE);
        }
        return event;
    }

    /// Fills a wait with what the handles name; 0 or the code.
    static int fill(Caller caller, EventObject.Wait wait, int count, long[] handles) {
        if (count < 1 || count > EventObject.Wait.EVENTS_MAX) {
            return Winerror.WSA_INVALID_PARAMETER;
        }
        if (handles == null || handles.length < count) {
            return Winerror.WSAEFAULT;
        }
        for (int i = 0; i < count; i++) {
            Object object = caller.engine().object(handles[i]);
            EventObject event = object instanceof Socket socket ? socket.signal()
                    : object instanceof EventObject found ? found : null;
            if (event == null) {
                return Winerror.WSA_INVALID_HANDLE;
            }
            if (!wait.add(event)) {
                return Winerror.WSA_INVALID_PARAMETER;
            }
        }
        return 0;
    }

    /// Milliseconds of a function, unsigned, to nanoseconds of a wait; INFINITE to a negative number.
    static long nanos(int milliseconds) {
        boolean forEver = milliseconds == Winsock2.WSA_INFINITE;
        return forEver ? -1 : Integer.toUnsignedLong(milliseconds) * NANOS_PER_MS;
    }

    static int family(Socket socket) {
        return socket.isUnix() ? Winsock2.AF_UNIX
                : socket.isIpv6() ? Winsock2.AF_INET6 : Winsock2.AF_INET;
    }

    /// Why an address could not be read: it is too short or missing, or of a family that is none of ours.
    static int addressError(SOCKADDR name) {
        return name == null || Sockaddr.hasKnownFamily(name) ? Winerror.WSAEFAULT : Winerror.WSAEAFNOSUPPORT;
    }

    // ---- last ----

    static int fail(Caller caller, int code) {
        caller.lastError(code);
        return Winsock2.SOCKET_ERROR;
    }

    /// 0 or SOCKET_ERROR.
    static int status(Caller caller, long result) {
        caller.lastError(result < 0 ? (int) -result : 0);
        return result < 0 ? Winsock2.SOCKET_ERROR : 0;
    }

    /// The count or SOCKET_ERROR.
    static int count(Caller caller, long result) {
        return status(caller, result) == 0 ? (int) result : Winsock2.SOCKET_ERROR;
    }

    /// 0 with the count written where it is wanted, or SOCKET_ERROR and nothing is written.
    static int count(Caller caller, long result, DWORD count) {
        if (result >= 0 && count != null) {
            count.value = (int) result;
        }
        return status(caller, result);
    }

    /// The handle or INVALID_SOCKET.
    static long handle(Caller caller, long result) {
        return status(caller, result) == 0 ? result : Winsock2.INVALID_SOCKET;
    }

    /// True exactly for code 0.
    static boolean flag(Caller caller, int code) {
        caller.lastError(code);
        return code == 0;
    }

    /// Writes an address; without one it is `missing`.
    static int address(Caller caller, Socket socket, SocketAddress address, int missing, SOCKADDR name,
            DWORD namelen) {
        if (name == null || namelen == null) {
            return fail(caller, Winerror.WSAEFAULT);
        }
        if (address == null) {
            return fail(caller, missing);
        }
        boolean written = Sockaddr.encode(address, family(socket), name, namelen);
        return written ? status(caller, 0) : fail(caller, Winerror.WSAEFAULT);
    }
}
