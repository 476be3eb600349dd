package dev.overlapped.trust.fuzz;

import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.winsock2.Handleapi;
import dev.overlapped.winsock2.Processthreadsapi;
import dev.overlapped.winsock2.Synchapi;
import dev.overlapped.winsock2.Winbase;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.SOCKADDR_UN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// The faithful API's objects: a listener, connections and datagram sockets of every family, blocking and
/// not, with something to receive; events, requests, memory.
final class WinsockWorld implements World {
    private static final int VERSION = 0x0202;
    /// Routines that one sequence may leave behind.
    private static final int ROUTINES_MAX = 1_000;
    private static final MemorySegment ROOM = Arena.ofAuto().allocate(8);
    private static final MemorySegment HELLO = Arena.ofAuto().allocateFrom("hello, this is to be received");

    private final Handles handles = new Handles();
    private final Sequence sequence;
    private Path folder;
    private Memories memories;
    private Addresses addresses;
    private WinsockCalls calls;
    private volatile long thread;
    private boolean isEmpty;

    WinsockWorld(Sequence sequence) {
        this.sequence = sequence;
    }

    // ---- before ----

    @Override
    public void open() throws IOException {
        folder = Files.createTempDirectory("fuzz");
        memories = new Memories();
        addresses = new Addresses(folder);
        calls = new WinsockCalls(new WinsockValues(handles, addresses, memories, sequence), handles);
        thread = Processthreadsapi.OpenThread(0, false, Processthreadsapi.GetCurrentThreadId());
        handles.threads().add(thread);
        populate();
    }

    private void populate() {
        expect(WSAStartup(VERSION, new WSADATA()) == 0, "WSAStartup");
        SOCKADDR_IN loopback = new SOCKADDR_IN();
        loopback.sin_family = AF_INET;
        loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connections(AF_INET, SOCK_STREAM, loopback, SOCKADDR_IN.SIZEOF, WSA_FLAG_OVERLAPPED, true);
        connections(AF_INET, SOCK_STREAM, loopback, SOCKADDR_IN.SIZEOF, 0, false);
        SOCKADDR_IN6 loopback6 = new SOCKADDR_IN6();
        loopback6.sin6_family = AF_INET6;
        loopback6.sin6_addr.s6_addr[15] = 1;
        connections(AF_INET6, SOCK_STREAM, loopback6, SOCKADDR_IN6.SIZEOF, WSA_FLAG_OVERLAPPED, true);
        SOCKADDR_UN path = new SOCKADDR_UN();
        path.sun_family = AF_UNIX;
        byte[] name = (folder + "/" + handles.sockets().size()).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, path.sun_path, 0, name.length);
        connections(AF_UNIX, SOCK_SEQPACKET, path, SOCKADDR_UN.SIZEOF, WSA_FLAG_OVERLAPPED, true);
        datagrams(AF_INET, loopback, SOCKADDR_IN.SIZEOF, WSA_FLAG_OVERLAPPED);
        datagrams(AF_INET, loopback, SOCKADDR_IN.SIZEOF, 0);
        datagrams(AF_INET6, loopback6, SOCKADDR_IN6.SIZEOF, WSA_FLAG_OVERLAPPED);
        for (int i = 0; i < 2; i++) {
            handles.fresh(socket(AF_INET, SOCK_STREAM, 0));
            handles.fresh(socket(AF_INET, SOCK_DGRAM, 0));
            handles.fresh(socket(AF_INET6, SOCK_STREAM, 0));
        }
        for (int i = 0; i < 4; i++) {
            handles.events().add(i % 2 == 0 ? WSACreateEvent() : Synchapi.CreateEventA(null, false, true,
                    null));
        }
    }

    /// A listener and a connection, with something to receive on one side and a receive pending on the other.
    private void connections(int family, int type, SOCKADDR at, int size, int flags, boolean nonBlocking) {
        long listener = WSASocket(family, type, 0, null, 0, flags);
        expect(bind(listener, at, size) == 0 && listen(listener, SOMAXCONN) == 0, "listen");
        SOCKADDR there = family == AF_INET ? new SOCKADDR_IN() : family == AF_INET6 ? new SOCKADDR_IN6()
                : new SOCKADDR_UN();
        expect(getsockname(listener, there, new DWORD(size)) == 0, "getsockname");
        long client = WSASocket(family, type, 0, null, 0, flags);
        expect(connect(client, there, size) == 0, "connect");
        long server = accept(listener, null, null);
        expect(send(client, HELLO, (int) HELLO.byteSize(), 0) == HELLO.byteSize(), "send");
        if (flags == WSA_FLAG_OVERLAPPED) {
            WSABUF[] room = {new WSABUF(ROOM, 8)};
            expect(WSARecv(client, room, 1, null, new DWORD(), handles.newOverlapped(), null) != 0,
                    "WSARecv");
        }
        for (long each : new long[] {listener, client, server}) {
            expect(ioctlsocket(each, FIONBIO, new DWORD(nonBlocking ? 1 : 0)) == 0, "ioctlsocket");
        }
        handles.listener(listener);
        handles.connected(client);
        handles.connected(server);
        addresses.add(there);
    }

    private void datagrams(int family, SOCKADDR at, int size, int flags) {
        long receiver = WSASocket(family, SOCK_DGRAM, 0, null, 0, flags);
        expect(bind(receiver, at, size) == 0, "bind");
        SOCKADDR there = family == AF_INET ? new SOCKADDR_IN() : new SOCKADDR_IN6();
        expect(getsockname(receiver, there, new DWORD(size)) == 0, "getsockname");
        long sender = WSASocket(family, SOCK_DGRAM, 0, null, 0, flags);
        expect(connect(sender, there, size) == 0, "connect");
        for (int i = 0; i < 3; i++) {
            expect(send(sender, HELLO, (int) HELLO.byteSize() - i, 0) > 0, "send");
        }
        expect(ioctlsocket(receiver, FIONBIO, new DWORD(1)) == 0, "ioctlsocket");
        handles.connected(receiver);
        handles.connected(sender);
        addresses.add(there);
    }

    private static void expect(boolean works, String what) {
        if (!works) {
            throw new AssertionError(what + " does not work: " + Documented.name(WSAGetLastError()));
        }
    }

    // ---- meanwhile ----

    @Override
    public String call(Choices choices) {
        if (isEmpty && !sequence.isNested() && choices.oneIn(3)) {
            isEmpty = false;
            populate();
            return "started again";
        }
        if (choices.oneIn(100)) {
            return memories.closeSome(choices);
        }
        String call = calls.call(choices);
        isEmpty |= call.startsWith("WSACleanup() = 0");
        return call;
    }

    /// Calls and waits end with their sockets, a wait that runs routines with one of those.
    @Override
    public void rescue() {
        for (long each : handles.sockets()) {
            closesocket(each);
        }
        Processthreadsapi.QueueUserAPC(_ -> { }, thread, 0);
    }

    // ---- afterwards ----

    @Override
    public void close() throws IOException {
        expect(WSAStartup(VERSION, new WSADATA()) == 0, "WSAStartup");
        handles.sockets().forEach(each -> closesocket(each));
        handles.events().forEach(each -> WSACloseEvent(each));
        handles.threads().forEach(each -> Handleapi.CloseHandle(each));
        int routines = 0;
        while (Synchapi.SleepEx(0, true) != 0) {
            expect(routines++ < ROUTINES_MAX, "the end of routines");
        }
        for (WSAOVERLAPPED each : handles.requests()) {
            expect(each.Internal == 0 || Winbase.HasOverlappedIoCompleted(each), "the end of a request");
        }
        int cleanups = 0;
        while (WSACleanup() == 0) {
            expect(cleanups++ < ROUTINES_MAX, "the last WSACleanup");
        }
        memories.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        exchange();
    }

    /// What the API is for: bytes there and back, overlapped, each told by its event.
    private static void exchange() {
        expect(WSAStartup(VERSION, new WSADATA()) == 0, "WSAStartup");
        SOCKADDR_IN there = new SOCKADDR_IN();
        there.sin_family = AF_INET;
        there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        long listener = socket(AF_INET, SOCK_STREAM, 0);
        expect(bind(listener, there, SOCKADDR_IN.SIZEOF) == 0 && listen(listener, 1) == 0, "listen");
        expect(getsockname(listener, there, new DWORD(SOCKADDR_IN.SIZEOF)) == 0, "getsockname");
        long client = socket(AF_INET, SOCK_STREAM, 0);
        expect(connect(client, there, SOCKADDR_IN.SIZEOF) == 0, "connect");
        long server = accept(listener, null, null);
        MemorySegment received = Arena.ofAuto().allocate(HELLO.byteSize());
        WSAOVERLAPPED receive = new WSAOVERLAPPED();
        receive.hEvent = WSACreateEvent();
        WSABUF[] into = {new WSABUF(received, (int) received.byteSize())};
        expect(WSARecv(server, into, 1, null, new DWORD(), receive, null) == SOCKET_ERROR, "WSARecv");
        expect(send(client, HELLO, (int) HELLO.byteSize(), 0) == HELLO.byteSize(), "send");
        expect(WSAWaitForMultipleEvents(1, new long[] {receive.hEvent}, true, WSA_INFINITE, false) == 0,
                "a wait");
        DWORD bytes = new DWORD();
        expect(WSAGetOverlappedResult(server, receive, bytes, false, null), "WSAGetOverlappedResult");
        expect(bytes.value == HELLO.byteSize() && received.mismatch(HELLO) < 0, "what is received");
        expect(WSACloseEvent(receive.hEvent), "WSACloseEvent");
        expect(closesocket(client) == 0 && closesocket(server) == 0 && closesocket(listener) == 0,
                "closesocket");
        expect(WSACleanup() == 0, "WSACleanup");
    }
}
