package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;
import dev.overlapped.winsock2.types.WSADATA;

/// What WSAStartup and WSACleanup do. The engine counts, and keeps the lowest version that was asked for:
/// what holds for the process is what its oldest part expects.
final class Startup {
    private static final int HIGHEST = Minwindef.MAKEWORD(2, 2);
    private static final int SOCKETS_MAX_OF_1 = 32_767;
    private static final int DATAGRAM_MAX_OF_1 = 65_467;

    private Startup() {
    }

    /// Started for programs of Winsock 2 alone: nothing else has to be asked before a call.
    static boolean isOfVersion2(Caller caller) {
        return caller.engine().version() == 2;
    }

    /// Why `caller` may not make a call, or 0. In Winsock 1.1 a thread whose blocking call a routine has
    /// interrupted may do nothing but cancel it.
    static int refusal(Caller caller) {
        return switch (caller.engine().version()) {
            case Engine.NOT_STARTED -> Winerror.WSANOTINITIALISED;
            case 1 -> caller.isInCall() ? Winerror.WSAEINPROGRESS : 0;
            default -> 0;
        };
    }

    static int startUp(int wanted, WSADATA data) {
        Caller caller = Caller.current();
        int wantedMajor = Minwindef.LOBYTE(wanted);
        int version = wantedMajor == 0 ? HIGHEST : negotiated(wantedMajor, Minwindef.HIBYTE(wanted));
        int code = data == null ? Winerror.WSAEFAULT : 0;
        code = wantedMajor == 0 ? Winerror.WSAVERNOTSUPPORTED : code;
        if (data != null) {
            describe(version, data);
        }
        if (code != 0) {
            caller.lastError(Winerror.WSANOTINITIALISED);
            return code;
        }
        caller.engine().start(Minwindef.LOBYTE(version));
        caller.lastError(0);
        return 0;
    }

    /// The version in use: the wanted one, or the next lower that there is.
    private static int negotiated(int major, int minor) {
        return switch (major) {
            case 1 -> Minwindef.MAKEWORD(1, Math.min(minor, 1));
            case 2 -> Minwindef.MAKEWORD(2, Math.min(minor, 2));
            default -> HIGHEST;
        };
    }

    private static void describe(int version, WSADATA data) {
        boolean first = Minwindef.LOBYTE(version) == 1;
        data.wVersion = version;
        data.wHighVersion = HIGHEST;
        data.szDescription = "WinSock 2.0";
        data.szSystemStatus = "Running";
        data.iMaxSockets = first ? SOCKETS_MAX_OF_1 : 0;
        data.iMaxUdpDg = first ? DATAGRAM_MAX_OF_1 : 0;
    }

    static int cleanUp() {
        Caller caller = Caller.current();
        int code = refusal(caller);
        if (code == 0 && !caller.engine().endStart(caller)) {
            // Another thread's cleanup was the last.
            code = Winerror.WSANOTINITIALISED;
        }
        return code == 0 ? Calls.status(caller, 0) : Calls.fail(caller, code);
    }

    static int cancelBlockingCall() {
        Caller caller = Caller.current();
        return switch (caller.engine().version()) {
            case Engine.NOT_STARTED -> Calls.fail(caller, Winerror.WSANOTINITIALISED);
            case 1 -> caller.cancelCall() ? Calls.status(caller, 0) : Calls.fail(caller, Winerror.WSAEINVAL);
            default -> Calls.fail(caller, Winerror.WSAEOPNOTSUPP);
        };
    }
}
