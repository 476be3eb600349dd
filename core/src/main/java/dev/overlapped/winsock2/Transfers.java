package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.EventObject;
import dev.overlapped.engine.Request;
import dev.overlapped.engine.Socket;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;

/// What all functions that move bytes have in common: their checks, the capture of the buffers, and the two
/// ways to go on. Results are counts or negated codes; a code of 0 says that nothing is wrong.
final class Transfers {
    /// Stands for a handle that names no event.
    static final EventObject NO_SUCH_EVENT = EventObject.unnamed(true);

    private static final int STREAM_FLAGS = Winsock2.MSG_OOB | Winsock2.MSG_PEEK | Winsock2.MSG_WAITALL;
    private static final int MESSAGE_FLAGS = Winsock2.MSG_PEEK | Winsock2.MSG_PARTIAL;

    private Transfers() {
    }

    // ---- checks ----

    static int pointersError(DWORD count, WSAOVERLAPPED overlapped) {
        return count == null && overlapped == null ? Winerror.WSAEFAULT : 0;
    }

    static int sendFlagsError(Socket socket, int flags) {
        int known = Winsock2.MSG_DONTROUTE | (socket.isStream() && !socket.isUnix() ? Winsock2.MSG_OOB : 0)
                | (socket.takesParts() ? Winsock2.MSG_PARTIAL : 0);
        return (flags & ~known) != 0 ? Winerror.WSAEOPNOTSUPP : 0;
    }

    /// MSG_WAITALL goes neither with a socket that must not wait nor with a look or urgent data, which is not
    /// received apart where it comes in line.
    static int receiveFlagsError(Socket socket, int flags) {
        if ((flags & Winsock2.MSG_OOB) != 0 && socket.isUrgentInline()) {
            return Winerror.WSAEINVAL;
        }
        boolean waitAll = (flags & Winsock2.MSG_WAITALL) != 0;
        boolean misused = waitAll && (flags != Winsock2.MSG_WAITALL || socket.isNonBlocking());
        int known = !socket.isStream() ? MESSAGE_FLAGS
                : socket.isUnix() ? STREAM_FLAGS & ~Winsock2.MSG_OOB : STREAM_FLAGS;
        return (flags & ~known) != 0 || misused ? Winerror.WSAEOPNOTSUPP : 0;
    }

    /// Makes a receive leave the sender's address, which only sockets without connections have use for.
    static int senderError(Request request, SOCKADDR from, DWORD fromlen) {
        Socket socket = request.socket();
        if (from == null || !socket.isConnectionless()) {
            return 0;
        }
        if (!Endpoints.hasRoom(from, fromlen, socket.isIpv6())) {
            return Winerror.WSAEFAULT;
        }
        request.tellSender(OverlappedCompletion.INSTANCE, from, fromlen);
        return 0;
    }

    /// Makes a send go to an address, which is ignored where there are connections.
    static int receiverError(Request request, SOCKADDR to, int tolen) {
        Socket socket = request.socket();
        return to == null || !socket.isConnectionless() ? 0
                : Endpoints.read(to, tolen, socket.isIpv6(), request.to());
    }

    // ---- the two ways ----

    /// Overlapped if there is an `overlapped`, else a call that waits for its end.
    static long move(Caller caller, Request request, WSABUF[] buffers, int count, WSAOVERLAPPED overlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        int code = capture(request, buffers, count, overlapped != null);
        EventObject event = code != 0 || overlapped == null ? null : event(caller, overlapped, routine);
        if (event == NO_SUCH_EVENT) {
            code = Winerror.WSA_INVALID_HANDLE;
        }
        if (code != 0) {
            request.discard();
            return -code;
        }
        if (overlapped == null) {
            return request.socket().call(request, caller);
        }
        request.indicate(OverlappedCompletion.INSTANCE, overlapped, routine, event);
        return request.socket().start(request, caller);
    }

    /// Refuses a request that has not been started.
    static long refuse(Request request, int code) {
        request.discard();
        return -code;
    }

    static long call(Caller caller, Request request, MemorySegment buf, int len) {
        if (!request.add(buf, len, false)) {
            request.discard();
            return -Winerror.WSAEFAULT;
        }
        return request.socket().call(request, caller);
    }

    /// The end of a receive: what the caller is told by its pointers. An overlapped one that was too long for
    /// its buffers ends as one that was pending, and is indicated; of others the buffers are full.
    static int received(Caller caller, long result, WSABUF[] buffers, int bufferCount, DWORD count,
            DWORD flags, boolean overlapped) {
        if (result != -Winerror.WSAEMSGSIZE) {
            flags.value = result >= 0 ? 0 : flags.value;
            return Calls.count(caller, result, count);
        }
        if (overlapped) {
            return Calls.fail(caller, Winerror.WSA_IO_PENDING);
        }
        flags.value = Winsock2.MSG_PARTIAL;
        int room = 0;
        for (int i = 0; i < bufferCount; i++) {
            room += buffers[i].len;
        }
        if (count != null) {
            count.value = room;
        }
        return Calls.fail(caller, Winerror.WSAEMSGSIZE);
    }

    /// The array is read here and nowhere else.
    private static int capture(Request request, WSABUF[] buffers, int count, boolean outlivesCall) {
        if (count == 0) {
            return Winerror.WSAEINVAL;
        }
        if (buffers == null || count < 0 || count > buffers.length) {
            return Winerror.WSAEFAULT;
        }
        for (int i = 0; i < count; i++) {
            WSABUF buffer = buffers[i];
            if (buffer == null || !request.add(buffer.buf, buffer.len, outlivesCall)) {
                return Winerror.WSAEFAULT;
            }
        }
        return 0;
    }

    /// The event to set: none with a routine, none for hEvent 0; the low bit of hEvent has another meaning.
    static EventObject event(Caller caller, WSAOVERLAPPED overlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        long handle = overlapped.hEvent & ~1L;
        if (routine != null || handle == 0) {
            return null;
        }
        EventObject event = caller.engine().event(handle);
        return event != null ? event : NO_SUCH_EVENT;
    }

    // ---- results ----

    /// How the request of `overlapped` ended, waiting for it if `wait`: 0 or the code.
    static int result(Caller caller, Socket socket, WSAOVERLAPPED overlapped, boolean wait) {
        // A wait attempts the request itself, but where a routine forbids the wait.
        if (!Winbase.HasOverlappedIoCompleted(overlapped) && (!wait || socket.awaitsRoutine(overlapped))) {
            socket.attempt(caller);
        }
        if (wait && !Winbase.HasOverlappedIoCompleted(overlapped)) {
            EventObject event = event(caller, overlapped, null);
            if (socket.awaitsRoutine(overlapped)) {
                return Winerror.WSAEINVAL;
            }
            if (event == NO_SUCH_EVENT) {
                return Winerror.WSA_INVALID_HANDLE;
            }
            EventObject told = event != null ? event : socket.signal();
            told.awaitUntil(() -> Winbase.HasOverlappedIoCompleted(overlapped), caller);
            // Passes the lock under which it has ended: from here on its event is set, and can be taken.
            socket.attempt(caller);
            told.take();
        }
        return Ntstatus.toWinsock(overlapped.Internal);
    }
}
