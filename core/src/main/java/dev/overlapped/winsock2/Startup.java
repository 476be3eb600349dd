package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.winsock2.types.WSADATA;

/// How often WSAStartup has been called without its WSACleanup.
final class Startup {
    private static final int HIGHEST = Minwindef.MAKEWORD(2, 2);
    private static final int SOCKETS_MAX_OF_1 = 32_767;
    private static final int DATAGRAM_MAX_OF_1 = 65_467;

    /// Written under the class's monitor.
    private static volatile int count;

    private Startup() {
    }

    static boolean isStarted() {
        return count > 0;
    }

    static int startUp(int wanted, WSADATA data) {
        Caller caller = Calls.ENGINE.caller();
        int major = Minwindef.LOBYTE(wanted);
        int code = data == null ? Winerror.WSAEFAULT : 0;
        code = major == 0 ? Winerror.WSAVERNOTSUPPORTED : code;
        if (data != null) {
            describe(major == 0 ? HIGHEST : negotiated(major, Minwindef.HIBYTE(wanted)), data);
        }
        if (code != 0) {
            caller.lastError(Winerror.WSANOTINITIALISED);
            return code;
        }
        synchronized (Startup.class) {
            count++;
        }
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
        Caller caller = Calls.ENGINE.caller();
        synchronized (Startup.class) {
            if (count == 0) {
                return Calls.fail(caller, Winerror.WSANOTINITIALISED);
            }
            count--;
            if (count == 0) {
                Calls.ENGINE.closeAll(caller);
            }
        }
        return Calls.status(caller, 0);
    }
}
