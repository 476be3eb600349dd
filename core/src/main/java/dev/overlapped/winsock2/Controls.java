package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.EventObject;
import dev.overlapped.engine.Request;
import dev.overlapped.engine.Socket;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The commands of ioctlsocket and WSAIoctl. Results are what the command answers, a count, or a negated
/// code.
final class Controls {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private Controls() {
    }

    /// What a program gave to WSAIoctl. It is the program's again when the call returns, so any memory that
    /// the thread can access will do.
    record Buffers(MemorySegment in, int inLength, MemorySegment out, int outLength) {
        private boolean hasIn() {
            return isUsable(in, inLength);
        }

        private boolean hasOut() {
            return isUsable(out, outLength) && !out.isReadOnly();
        }

        private static boolean isUsable(MemorySegment memory, int length) {
            return memory != null && Integer.compareUnsigned(length, Integer.BYTES) >= 0
                    && Integer.toUnsignedLong(length) <= memory.byteSize() && memory.scope().isAlive()
                    && memory.isAccessibleBy(Thread.currentThread());
        }
    }

    /// Whether the command answers with a number, which the others do not.
    static boolean answers(int command) {
        return command == Winsock2.FIONREAD || command == Winsock2.SIOCATMARK;
    }

    /// Does what `command` says, with the number that FIONBIO takes.
    static long make(Caller caller, Socket socket, int command, int number) {
        switch (command) {
            case Winsock2.FIONBIO -> socket.nonBlocking(number != 0);
            case Winsock2.FIONREAD -> {
                return socket.available();
            }
            case Winsock2.SIOCATMARK -> {
                return socket.atMark();
            }
            case Winsock2.SIO_FLUSH -> socket.flush(caller);
            default -> {
                return -Winerror.WSAEOPNOTSUPP;
            }
        }
        return 0;
    }

    /// WSAIoctl. A command that fails has touched nothing, and indicates nothing. One that does not exist is
    /// found out as late as on Windows, by a request that is pending already.
    static long make(Caller caller, Socket socket, int command, Buffers buffers, WSAOVERLAPPED overlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        boolean misses = (command == Winsock2.FIONBIO && !buffers.hasIn())
                || (answers(command) && !buffers.hasOut());
        if (misses) {
            return -Winerror.WSAEFAULT;
        }
        if (overlapped != null && routine != null && !caller.takesRoutine()) {
            return -Winerror.WSAENOBUFS;
        }
        EventObject event = overlapped == null ? null : Transfers.event(caller, overlapped, routine);
        if (event == Transfers.NO_SUCH_EVENT) {
            return -Winerror.WSA_INVALID_HANDLE;
        }
        int number = command == Winsock2.FIONBIO ? buffers.in.get(INT, 0) : 0;
        long result = make(caller, socket, command, number);
        boolean unknown = result == -Winerror.WSAEOPNOTSUPP;
        if (result >= 0 && answers(command)) {
            buffers.out.set(INT, 0, (int) result);
        }
        if (overlapped != null && (result >= 0 || unknown)) {
            Request request = caller.control(socket);
            request.indicate(OverlappedCompletion.INSTANCE, overlapped, routine, event);
            socket.complete(request, unknown ? Winerror.WSAEOPNOTSUPP : 0, caller);
            result = unknown ? -Winerror.WSA_IO_PENDING : result;
        }
        return result >= 0 && answers(command) ? Integer.BYTES : Math.min(result, 0);
    }
}
