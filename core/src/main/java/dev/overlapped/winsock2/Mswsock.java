package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.EventObject;
import dev.overlapped.engine.Request;
import dev.overlapped.engine.Socket;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;

/// mswsock.h: Microsoft's extensions. For its conventions see [Winsock2].
///
/// On Windows a program fetches AcceptEx through WSAIoctl; here it calls it.
public final class Mswsock {
    // Constants of mswsock.h. Their values are those of Windows.

    // Options of the level SOL_SOCKET.
    public static final int SO_CONNDATA = 0x7000;
    public static final int SO_CONNOPT = 0x7001;
    public static final int SO_DISCDATA = 0x7002;
    public static final int SO_DISCOPT = 0x7003;
    public static final int SO_CONNDATALEN = 0x7004;
    public static final int SO_CONNOPTLEN = 0x7005;
    public static final int SO_DISCDATALEN = 0x7006;
    public static final int SO_DISCOPTLEN = 0x7007;
    public static final int SO_OPENTYPE = 0x7008;
    public static final int SO_SYNCHRONOUS_ALERT = 0x10;
    public static final int SO_SYNCHRONOUS_NONALERT = 0x20;
    public static final int SO_MAXDG = 0x7009;
    public static final int SO_MAXPATHDG = 0x700A;
    public static final int SO_UPDATE_ACCEPT_CONTEXT = 0x700B;
    public static final int SO_CONNECT_TIME = 0x700C;
    public static final int SO_UPDATE_CONNECT_CONTEXT = 0x7010;

    // Flags of TransmitFile and DisconnectEx.
    public static final int TF_DISCONNECT = 0x01;
    public static final int TF_REUSE_SOCKET = 0x02;
    public static final int TF_WRITE_BEHIND = 0x04;
    public static final int TF_USE_DEFAULT_WORKER = 0x00;
    public static final int TF_USE_SYSTEM_THREAD = 0x10;
    public static final int TF_USE_KERNEL_APC = 0x20;

    private Mswsock() {
    }

    /// AcceptEx: accepts a connection into `sAcceptSocket`, a fresh socket, and receives its first bytes.
    ///
    /// `lpOutputBuffer` gets at most `dwReceiveDataLength` bytes, then the local and the remote address,
    /// each in its area of `dwLocalAddressLength` and `dwRemoteAddressLength` bytes: at least 16 more than
    /// the address (WSAEFAULT), to be read by [#GetAcceptExSockaddrs]. With `dwReceiveDataLength` 0 it
    /// completes with the connection; otherwise with the first bytes, or the end of the stream. The
    /// buffer's memory is as for WSASend.
    ///
    /// It always answers false with ERROR_IO_PENDING when it has been started, and completes by the event
    /// in `hEvent`; the listener's close or CancelIoEx ends it with WSA_OPERATION_ABORTED.
    public static boolean AcceptEx(long sListenSocket, long sAcceptSocket, MemorySegment lpOutputBuffer,
            int dwReceiveDataLength, int dwLocalAddressLength, int dwRemoteAddressLength,
            DWORD lpdwBytesReceived, WSAOVERLAPPED lpOverlapped) {
        return AcceptExRoutine(sListenSocket, sAcceptSocket, lpOutputBuffer, dwReceiveDataLength,
                dwLocalAddressLength, dwRemoteAddressLength, lpdwBytesReceived, lpOverlapped, null);
    }

    /// **An extension of ours**: AcceptEx with a completion routine, which Windows' AcceptEx lacks, so that
    /// one thread can serve a listener and its connections with nothing but alertable waits.
    public static boolean AcceptExRoutine(long sListenSocket, long sAcceptSocket,
            MemorySegment lpOutputBuffer, int dwReceiveDataLength, int dwLocalAddressLength,
            int dwRemoteAddressLength, DWORD lpdwBytesReceived, WSAOVERLAPPED lpOverlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        Caller caller = Calls.started();
        Socket listener = Calls.socket(caller, sListenSocket);
        Socket acceptor = listener == null ? null : Calls.socket(caller, sAcceptSocket);
        if (acceptor == null) {
            return false;
        }
        if (lpOverlapped == null) {
            return Calls.flag(caller, Winerror.WSA_INVALID_PARAMETER);
        }
        AcceptArea area = new AcceptArea(lpOutputBuffer, dwReceiveDataLength, dwLocalAddressLength,
                dwRemoteAddressLength, acceptor);
        if (!area.isValid()) {
            return Calls.flag(caller, Winerror.WSAEFAULT);
        }
        EventObject event = Transfers.event(caller, lpOverlapped, lpCompletionRoutine);
        if (event == Transfers.NO_SUCH_EVENT) {
            return Calls.flag(caller, Winerror.WSA_INVALID_HANDLE);
        }
        Request request = listener.handshake().acceptRequest(caller);
        if (!request.acceptInto(acceptor, lpOutputBuffer, dwReceiveDataLength)) {
            return Calls.flag(caller, Winerror.WSAEFAULT);
        }
        request.indicate(area, lpOverlapped, lpCompletionRoutine, event);
        return Calls.flag(caller, (int) -listener.start(request, caller));
    }

    /// GetAcceptExSockaddrs: reads the addresses that AcceptEx has left in `lpOutputBuffer`; the lengths
    /// must be those given to it.
    public static void GetAcceptExSockaddrs(MemorySegment lpOutputBuffer, int dwReceiveDataLength,
            int dwLocalAddressLength, int dwRemoteAddressLength, Ref<SOCKADDR> LocalSockaddr,
            DWORD LocalSockaddrLength, Ref<SOCKADDR> RemoteSockaddr, DWORD RemoteSockaddrLength) {
        AcceptArea.read(lpOutputBuffer, dwReceiveDataLength, LocalSockaddr, LocalSockaddrLength);
        AcceptArea.read(lpOutputBuffer, dwReceiveDataLength + dwLocalAddressLength, RemoteSockaddr,
                RemoteSockaddrLength);
    }
}
