package dev.overlapped.cli.errors;

import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winerror.*;
import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LINGER;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The codes of the page's table, each made by what a program or its peer does. [NetworkConditions] has those
/// that take a network to break.
final class Conditions {
    /// Requests of a socket that the library keeps.
    private static final int REQUESTS_MAX = 65_536;

    private Conditions() {
    }

    static List<Condition> all() {
        return List.of(
            Condition.of(WSA_OPERATION_ABORTED, "WSA_OPERATION_ABORTED",
                "the socket is closed while the send is pending", Conditions::closed),
            Condition.of(WSA_IO_PENDING, "WSA_IO_PENDING",
                "an overlapped send of more than the peer takes", Conditions::begun),
            Condition.of(WSAEINTR, "WSAEINTR",
                "WSACancelBlockingCall in a routine that interrupts a blocking send of Winsock 1.1",
                Conditions::cancelled),
            Condition.of(WSAEFAULT, "WSAEFAULT", "lpBuffers is NULL", Conditions::noBuffers),
            Condition.of(WSAEINVAL, "WSAEINVAL", "dwBufferCount is 0", Conditions::noBufferCount),
            Condition.of(WSAEWOULDBLOCK, "WSAEWOULDBLOCK",
                "a non-blocking socket has no room left", Conditions::full),
            Condition.of(WSAEWOULDBLOCK, "WSAEWOULDBLOCK",
                "65,536 overlapped sends are outstanding already", Conditions::tooMany),
            Condition.of(WSAEINPROGRESS, "WSAEINPROGRESS",
                "a call in a routine that interrupts a blocking send of Winsock 1.1", Conditions::nested),
            Condition.of(WSAENOTSOCK, "WSAENOTSOCK", "the handle is that of an event", Conditions::noSocket),
            Condition.of(WSAEMSGSIZE, "WSAEMSGSIZE",
                "a datagram longer than SO_MAX_MSG_SIZE", Conditions::tooLong),
            Condition.of(WSAEOPNOTSUPP, "WSAEOPNOTSUPP", "MSG_PARTIAL on TCP", Conditions::partial),
            NetworkConditions.linkDown(),
            NetworkConditions.keepAlive(),
            NetworkConditions.timedOut(),
            Condition.of(WSAECONNRESET, "WSAECONNRESET",
                "the peer resets the connection", Conditions::reset),
            NetworkConditions.queueFull(),
            Condition.of(WSAENOTCONN, "WSAENOTCONN", "a fresh socket", Conditions::notConnected),
            Condition.of(WSAESHUTDOWN, "WSAESHUTDOWN", "after shutdown(SD_SEND)", Conditions::shut),
            Condition.of(WSANOTINITIALISED, "WSANOTINITIALISED",
                "without WSAStartup", Conditions::notStarted));
    }

    private static int closed() {
        try (Scene scene = new Scene()) {
            long sender = scene.connection()[0];
            int[] told = new int[1];
            scene.send(sender, Scene.TOO_MUCH, 0, new WSAOVERLAPPED(),
                (error, transferred, overlapped, flags) -> told[0] = error);
            Scene.check("closesocket", closesocket(sender));
            SleepEx(INFINITE, true);
            return told[0];
        }
    }

    private static int begun() {
        try (Scene scene = new Scene()) {
            return scene.send(scene.connection()[0], Scene.TOO_MUCH, 0, new WSAOVERLAPPED(), null);
        }
    }

    private static int cancelled() {
        try (Scene scene = new Scene(1, 1)) {
            long sender = scene.connection()[0];
            QueueUserAPC(parameter -> WSACancelBlockingCall(), GetCurrentThread(), 0);
            return scene.send(sender, Scene.TOO_MUCH);
        }
    }

    private static int nested() {
        try (Scene scene = new Scene(1, 1)) {
            long[] blocking = scene.connection();
            long other = scene.connection()[0];
            int[] code = new int[1];
            QueueUserAPC(parameter -> {
                code[0] = scene.send(other, 1);
                WSACancelBlockingCall();
            }, GetCurrentThread(), 0);
            scene.send(blocking[0], Scene.TOO_MUCH);
            return code[0];
        }
    }

    private static int noBuffers() {
        try (Scene scene = new Scene()) {
            int result = WSASend(scene.connection()[0], null, 1, new DWORD(), 0, null, null);
            return result == 0 ? 0 : WSAGetLastError();
        }
    }

    private static int noBufferCount() {
        try (Scene scene = new Scene()) {
            WSABUF[] buffers = {new WSABUF()};
            int result = WSASend(scene.connection()[0], buffers, 0, new DWORD(), 0, null, null);
            return result == 0 ? 0 : WSAGetLastError();
        }
    }

    private static int full() {
        try (Scene scene = new Scene()) {
            long sender = scene.connection()[0];
            Scene.check("ioctlsocket", ioctlsocket(sender, FIONBIO, new DWORD(1)));
            int code = 0;
            while (code == 0) {
                code = scene.send(sender, Scene.TOO_MUCH);
            }
            return code;
        }
    }

    private static int tooMany() {
        try (Scene scene = new Scene()) {
            long sender = scene.connection()[0];
            int code = scene.send(sender, Scene.TOO_MUCH, 0, new WSAOVERLAPPED(), null);
            for (int i = 1; i < REQUESTS_MAX && code == WSA_IO_PENDING; i++) {
                code = scene.send(sender, 1, 0, new WSAOVERLAPPED(), null);
            }
            return code == WSA_IO_PENDING ? scene.send(sender, 1, 0, new WSAOVERLAPPED(), null) : 0;
        }
    }

    private static int noSocket() {
        try (Scene scene = new Scene()) {
            return scene.send(scene.event(), 1);
        }
    }

    private static int tooLong() {
        try (Scene scene = new Scene()) {
            long sender = scene.datagrams();
            int[] longest = new int[1];
            MemorySegment value = MemorySegment.ofArray(longest);
            Scene.check("getsockopt", getsockopt(sender, SOL_SOCKET, SO_MAX_MSG_SIZE, value, new DWORD(4)));
            int code = scene.send(sender, longest[0]);
            return code == 0 ? scene.send(sender, longest[0] + 1) : code;
        }
    }

    private static int partial() {
        try (Scene scene = new Scene()) {
            return scene.send(scene.connection()[0], 1, MSG_PARTIAL, null, null);
        }
    }

    private static int reset() {
        try (Scene scene = new Scene()) {
            long[] ends = scene.connection();
            WSAOVERLAPPED send = scene.pending(ends[0]);
            MemorySegment atOnce = MemorySegment.ofArray(new short[] {1, 0});
            Scene.check("setsockopt", setsockopt(ends[1], SOL_SOCKET, SO_LINGER, atOnce, LINGER.SIZEOF));
            Scene.check("closesocket", closesocket(ends[1]));
            int code = Scene.outcome(ends[0], send);
            // And every call after it.
            return code == WSAECONNRESET ? scene.send(ends[0], 1) : code;
        }
    }

    private static int notConnected() {
        try (Scene scene = new Scene()) {
            return scene.send(scene.stream(), 1);
        }
    }

    private static int shut() {
        try (Scene scene = new Scene()) {
            long sender = scene.connection()[0];
            Scene.check("shutdown", shutdown(sender, SD_SEND));
            return scene.send(sender, 1);
        }
    }

    private static int notStarted() {
        WSABUF[] buffers = {new WSABUF()};
        int result = WSASend(INVALID_SOCKET, buffers, 1, new DWORD(), 0, null, null);
        return result == 0 ? 0 : WSAGetLastError();
    }
}
