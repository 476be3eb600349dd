package dev.overlapped.trust.fuzz;

import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.winsock2.Ws2tcpip;
import dev.overlapped.winsock2.types.ADDRINFOA;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.PAPCFUNC;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR_UN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import dev.overlapped.winsock2.types.WSAPROTOCOL_INFO;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The values of parameters of the faithful API, good and bad, by the names that `winsock2.txt` uses.
final class WinsockValues {
    /// What an out-parameter holds before the call.
    static final int POISON = 0x5eed5eed;

    private static final int[] NASTY_NUMBERS = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 2, 3, 16, 64,
        65, 255, 256, 65_535, 65_536};
    private static final int[] COMMANDS = {FIONREAD, FIONBIO, SIOCATMARK, SIO_FLUSH, FIOASYNC, SIOCGHIWAT,
        SIO_GET_EXTENSION_FUNCTION_POINTER, SIO_ROUTING_INTERFACE_QUERY};
    private static final int[] SOCKET_OPTIONS = {SO_DEBUG, SO_ACCEPTCONN, SO_REUSEADDR, SO_KEEPALIVE,
        SO_DONTROUTE, SO_BROADCAST, SO_LINGER, SO_OOBINLINE, SO_DONTLINGER, SO_EXCLUSIVEADDRUSE, SO_SNDBUF,
        SO_RCVBUF, SO_SNDLOWAT, SO_SNDTIMEO, SO_RCVTIMEO, SO_ERROR, SO_TYPE, SO_MAX_MSG_SIZE, 0x700B};
    private static final int[] OTHER_OPTIONS = {1, 3, 4, 5, 10, 14, 16, 17, 27};
    private static final int[] FLAGS = {0, 0, 0, 0, 0, 0, MSG_OOB, MSG_PEEK, MSG_DONTROUTE, MSG_WAITALL,
        MSG_PARTIAL, MSG_PEEK | MSG_OOB, MSG_WAITALL | MSG_PEEK, MSG_INTERRUPT, -1, 0x1000};

    /// Makes a value; `before` are those of the parameters to the left.
    @FunctionalInterface
    interface Generator {
        Object value(Choices choices, List<Object> before);
    }

    private final Map<String, Generator> generators = new HashMap<>();
    private final Handles handles;
    private final Addresses addresses;
    private final Memories memories;
    private final Sequence sequence;

    WinsockValues(Handles handles, Addresses addresses, Memories memories, Sequence sequence) {
        this.handles = handles;
        this.addresses = addresses;
        this.memories = memories;
        this.sequence = sequence;
        addNumbers();
        addPlaces();
        addObjects();
    }

    /// Null: there is none of that name.
    Generator of(String name) {
        return generators.get(name);
    }

    private void addNumbers() {
        generators.put("socket", (choices, _) -> handles.socket(choices));
        generators.put("listener", (choices, _) -> handles.listener(choices));
        generators.put("connected", (choices, _) -> handles.connected(choices));
        generators.put("fresh", (choices, _) -> handles.fresh(choices));
        generators.put("firstBytes", (choices, before) -> choices.oneIn(2)
                ? length(choices, sizeOf(before.getLast())) : choices.of(2, 0, 16));
        generators.put("event", (choices, _) -> handles.event(choices));
        generators.put("thread", (choices, _) -> handles.thread(choices));
        generators.put("threadNumber", (choices, _) -> choices.oneIn(3) ? number(choices)
                : (int) Thread.currentThread().threadId());
        generators.put("integer", (choices, _) -> number(choices));
        generators.put("large", (choices, _) -> choices.number());
        generators.put("truth", (choices, _) -> choices.below(2) == 1);
        generators.put("version", (choices, _) -> choices.of(3, 0x0202, 0x0202, 0x0202, 0x0101, 0x0001,
                0x0102,
                0x0100, 0, -1, 0xff03));
        generators.put("family", (choices, _) -> choices.of(3, AF_INET, AF_INET6, AF_UNIX, AF_INET, AF_UNSPEC,
                AF_IPX, -1, 10, number(choices)));
        generators.put("type", (choices, _) -> choices.of(2, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET,
                SOCK_STREAM,
                0, SOCK_RAW, -1, number(choices)));
        generators.put("protocol", (choices, _) -> choices.of(3, 0, 0, 0, IPPROTO_TCP, IPPROTO_UDP, -1,
                number(choices)));
        generators.put("socketFlags", (choices, _) -> choices.of(4, WSA_FLAG_OVERLAPPED, 0, 0x81, 0x80, 0x40,
                -1));
        generators.put("backlog", (choices, _) -> choices.of(3, SOMAXCONN, 0, 1, -1, number(choices)));
        generators.put("how", (choices, _) -> choices.of(3, SD_SEND, SD_RECEIVE, SD_BOTH, 3, -1));
        generators.put("command", (choices, _) -> choices.oneIn(16) ? number(choices) : choices.of(4,
                COMMANDS));
        generators.put("level", (choices, _) -> choices.of(6, SOL_SOCKET, SOL_SOCKET, SOL_SOCKET, IPPROTO_TCP,
                IPPROTO_IP, IPPROTO_IPV6, number(choices)));
        generators.put("option", (choices, before) -> choices.oneIn(16) ? number(choices)
                : choices.of(9, before.getLast().equals(SOL_SOCKET) ? SOCKET_OPTIONS : OTHER_OPTIONS));
        generators.put("flags", (choices, _) -> choices.oneIn(32) ? number(choices) : choices.of(6, FLAGS));
        generators.put("timeout", (choices, _) -> choices.of(6, 0, 1, 2, 0, 3, WSA_INFINITE,
                Integer.MIN_VALUE));
        generators.put("areaLength", (choices, _) -> choices.of(1, 44, 32, 126, 31, 0, -1, 16,
                number(choices)));
        generators.put("length", (choices, before) -> length(choices, sizeOf(before.getLast())));
        generators.put("bufferCount", (choices, before) -> length(choices, lengthOf(before.getLast())));
        generators.put("eventCount", (choices, _) -> choices.of(5, 1, 2, 3, 1, 4, 64, 0, 65, -1,
                number(choices)));
        generators.put("addressLength", (choices, before) -> length(choices,
                addresses.size(before.getLast())));
    }

    static int number(Choices choices) {
        return choices.below(2) == 1 ? (int) choices.number() : choices.of(1, NASTY_NUMBERS);
    }

    private static int length(Choices choices, int right) {
        return choices.of(4, right, right, right, right, Math.min(right, 16), 0, right - 1, right + 1, -1,
                Integer.MAX_VALUE, Integer.MIN_VALUE, 1, 4);
    }

    private static int sizeOf(Object memory) {
        return memory instanceof MemorySegment segment ? (int) Math.min(segment.byteSize(), 3 << 20) : 4;
    }

    private static int lengthOf(Object array) {
        return array instanceof WSABUF[] buffers ? buffers.length : 1;
    }

    private void addPlaces() {
        generators.put("count", (choices, _) -> choices.oneIn(8) ? null : new DWORD(POISON));
        generators.put("flagsInOut", (choices, _) -> choices.oneIn(12) ? null : new DWORD(choices.of(6,
                FLAGS)));
        generators.put("commandArgument", (choices, _) -> choices.oneIn(12) ? null
                : new DWORD(choices.of(5, 1, 1, 1, 1, 0, -1, POISON)));
        generators.put("lengthRoom", (choices, before) -> choices.oneIn(12) ? null
                : new DWORD(length(choices, sizeOf(before.getLast()))));
        generators.put("addressRoom", (choices, before) -> choices.oneIn(12) ? null
                : new DWORD(length(choices, addresses.size(before.getLast()))));
        generators.put("reference", (choices, _) -> choices.oneIn(8) ? null : new Ref<>());
        generators.put("wsadata", (choices, _) -> choices.oneIn(12) ? null : new WSADATA());
        generators.put("addressOut", (choices, _) -> choices.oneIn(6) ? null : addresses.room(choices));
    }

    private void addObjects() {
        generators.put("memory", (choices, _) -> memories.any(choices));
        generators.put("address", (choices, _) -> addresses.any(choices));
        generators.put("buffer", (choices, _) -> choices.below(2) == 1 ? buffer(choices) : null);
        generators.put("callerData", (choices, _) -> choices.oneIn(8) ? buffer(choices) : null);
        generators.put("buffers", (choices, _) -> buffers(choices));
        generators.put("object", (choices, _) -> choices.oneIn(8) ? new Object() : null);
        generators.put("text", (choices, _) -> choices.oneIn(8) ? "name" : null);
        generators.put("overlapped", (choices, _) -> overlapped(choices));
        generators.put("used", (choices, _) -> choices.oneIn(4) ? overlapped(choices)
                : handles.overlapped(choices));
        generators.put("usedOrNull", (choices, _) -> choices.below(2) == 0 ? null
                : handles.overlapped(choices));
        generators.put("routine", (choices, _) -> routine(choices));
        generators.put("call", (choices, _) -> call(choices));
        generators.put("events", (choices, before) -> events(choices, (int) before.getLast()));
        generators.put("protocolInfo", (choices, _) -> protocolInfo(choices));
        generators.put("node", (choices, _) -> Addresses.node(choices));
        generators.put("service", (choices, _) -> Addresses.service(choices));
        generators.put("hints", (choices, before) -> hints(choices, (String) before.getFirst()));
        generators.put("addressList", (choices, _) -> choices.oneIn(3) ? null : new ADDRINFOA());
    }

    private WSABUF buffer(Choices choices) {
        MemorySegment memory = memories.any(choices);
        return new WSABUF(memory, length(choices, sizeOf(memory)));
    }

    /// Up to three, or very many, with nulls and the same one twice.
    private WSABUF[] buffers(Choices choices) {
        int count = choices.of(4, 1, 1, 2, 3, 0, 2_000, -1);
        if (count < 0) {
            return null;
        }
        WSABUF[] buffers = new WSABUF[count];
        WSABUF last = buffer(choices);
        for (int i = 0; i < count; i++) {
            buffers[i] = choices.oneIn(16) ? null : last;
            last = choices.below(4) == 3 || i > 3 ? last : buffer(choices);
        }
        return buffers;
    }

    private WSAOVERLAPPED overlapped(Choices choices) {
        int choice = choices.below(8);
        if (choice == 6) {
            return null;
        }
        WSAOVERLAPPED overlapped = choice == 7 ? handles.overlapped(choices) : handles.newOverlapped();
        switch (choices.below(8)) {
            case 4, 5 -> overlapped.hEvent = handles.event(choices);
            case 6 -> overlapped.hEvent = handles.event(choices) | 1;
            case 7 -> overlapped.InternalHigh = choices.number();
            default -> {
                // As it is.
            }
        }
        return overlapped;
    }

    private LPWSAOVERLAPPED_COMPLETION_ROUTINE routine(Choices choices) {
        return switch (choices.below(4)) {
            case 2 -> (_, _, _, _) -> sequence.next();
            case 3 -> (_, _, _, _) -> {
                throw new Sequence.Thrown();
            };
            default -> null;
        };
    }

    private PAPCFUNC call(Choices choices) {
        return switch (choices.below(6)) {
            case 4 -> null;
            case 5 -> _ -> {
                throw new Sequence.Thrown();
            };
            default -> _ -> sequence.next();
        };
    }

    /// Events and sockets, with wrong handles and the same one twice.
    private long[] events(Choices choices, int count) {
        if (choices.oneIn(12)) {
            return null;
        }
        long[] events = new long[choices.oneIn(8) ? 0 : Math.clamp(count, 0, 70)];
        for (int i = 0; i < events.length; i++) {
            events[i] = i > 8 ? handles.newEvent() : choices.below(4) == 3 ? handles.socket(choices)
                    : handles.event(choices);
        }
        return events;
    }

    private static WSAPROTOCOL_INFO protocolInfo(Choices choices) {
        if (!choices.oneIn(3)) {
            return null;
        }
        WSAPROTOCOL_INFO info = new WSAPROTOCOL_INFO();
        info.iAddressFamily = choices.of(2, AF_INET, AF_INET6, number(choices));
        info.iSocketType = choices.of(2, SOCK_STREAM, SOCK_DGRAM, number(choices));
        info.iProtocol = choices.of(2, IPPROTO_TCP, 0, number(choices));
        return info;
    }

    /// Names that are not known to be of this machine are not asked for.
    private static ADDRINFOA hints(Choices choices, String node) {
        boolean local = Addresses.isLocal(node);
        if (local && choices.oneIn(4)) {
            return null;
        }
        ADDRINFOA hints = new ADDRINFOA();
        hints.ai_flags = choices.of(6, 0, 0, 1, 2, 4, 8, 0x400, 0x800, number(choices))
                | (local ? 0 : Ws2tcpip.AI_NUMERICHOST);
        hints.ai_family = choices.of(3, 0, AF_INET, AF_INET6, AF_UNIX, number(choices));
        hints.ai_socktype = choices.of(3, 0, SOCK_STREAM, SOCK_DGRAM, number(choices));
        hints.ai_protocol = choices.of(1, 0, IPPROTO_TCP, IPPROTO_UDP, number(choices));
        hints.ai_addrlen = choices.oneIn(8) ? 16 : 0;
        hints.ai_addr = choices.oneIn(8) ? new SOCKADDR_UN() : null;
        return hints;
    }
}
