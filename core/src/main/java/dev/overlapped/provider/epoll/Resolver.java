package dev.overlapped.provider.epoll;

import dev.overlapped.linux.Addrinfo;
import dev.overlapped.linux.Constants;
import dev.overlapped.linux.Libc;
import dev.overlapped.linux.Scratch;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.Resolution.Answer;
import dev.overlapped.provider.Resolution.Status;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketKind.Family;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// The C library's resolver, so that names mean what they mean to every other program of the machine.
final class Resolver {
    private Resolver() {
    }

    static Resolution resolve(NameQuery query) {
        if (isCutShort(query.node()) || isCutShort(query.service())) {
            return new Resolution(Status.NO_SUCH_NAME, List.of(), null);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment first = arena.allocate(ValueLayout.ADDRESS);
            MemorySegment hints =
                    Addrinfo.hints(arena, flags(query), family(query.family()), type(query.type()));
            MemorySegment node = string(arena, query.node());
            MemorySegment service = string(arena, query.service());
            int code = Libc.getaddrinfo(node, service, hints, first);
            if (code != 0) {
                return new Resolution(status(code, Scratch.current().errno()), List.of(), null);
            }
            Addrinfo answers = Addrinfo.first(first);
            try {
                return resolution(answers);
            } finally {
                answers.free();
            }
        }
    }

    /// For C the name would end at its first NUL: another name than the program may have checked.
    private static boolean isCutShort(String text) {
        return text != null && text.indexOf('\0') >= 0;
    }

    private static MemorySegment string(Arena arena, String text) {
        return text == null ? MemorySegment.NULL : arena.allocateFrom(text);
    }

    private static int flags(NameQuery query) {
        return (query.passive() ? Constants.AI_PASSIVE : 0)
                | (query.canonical() ? Constants.AI_CANONNAME : 0)
                | (query.numericNode() ? Constants.AI_NUMERICHOST : 0)
                | (query.numericService() ? Constants.AI_NUMERICSERV : 0);
    }

    private static int family(Family family) {
        return switch (family) {
            case null -> Constants.AF_UNSPEC;
            case IPV4 -> Constants.AF_INET;
            case IPV6 -> Constants.AF_INET6;
            case UNIX -> Constants.AF_UNIX;
        };
    }

    private static int type(SocketKind.Type type) {
        return switch (type) {
            case null -> 0;
            case STREAM -> Constants.SOCK_STREAM;
            case DATAGRAM -> Constants.SOCK_DGRAM;
            case SEQPACKET -> Constants.SOCK_SEQPACKET;
        };
    }

    private static Resolution resolution(Addrinfo first) {
        List<Answer> answers = new ArrayList<>();
        for (Addrinfo entry = first; entry != null; entry = entry.next()) {
            SocketKind kind = kind(entry);
            MemorySegment address = entry.address();
            if (kind != null && SocketAddresses.decode(address, (int) address.byteSize())
                    instanceof InetSocketAddress decoded) {
                answers.add(new Answer(kind, decoded));
            }
        }
        Status status = answers.isEmpty() ? Status.NO_SUCH_NAME : Status.OK;
        return new Resolution(status, List.copyOf(answers), first.canonicalName());
    }

    /// Null for what no socket of this library can be, such as raw sockets.
    private static SocketKind kind(Addrinfo entry) {
        Family family = switch (entry.family()) {
            case Constants.AF_INET -> Family.IPV4;
            case Constants.AF_INET6 -> Family.IPV6;
            default -> null;
        };
        SocketKind.Type type = switch (entry.type()) {
            case Constants.SOCK_STREAM -> SocketKind.Type.STREAM;
            case Constants.SOCK_DGRAM -> SocketKind.Type.DATAGRAM;
            default -> null;
        };
        return family == null || type == null ? null : new SocketKind(family, type);
    }

    private static Status status(int code, int errno) {
        return switch (code) {
            case Constants.EAI_BADFLAGS -> Status.BAD_FLAGS;
            case Constants.EAI_NONAME, Constants.EAI_NODATA, Constants.EAI_ADDRFAMILY -> Status.NO_SUCH_NAME;
            case Constants.EAI_AGAIN -> Status.TRY_AGAIN;
            case Constants.EAI_FAMILY -> Status.NO_SUCH_FAMILY;
            case Constants.EAI_SOCKTYPE -> Status.NO_SUCH_TYPE;
            case Constants.EAI_SERVICE -> Status.NO_SUCH_SERVICE;
            case Constants.EAI_MEMORY -> Status.NO_MEMORY;
            case Constants.EAI_SYSTEM -> errno == Errno.ENOMEM ? Status.NO_MEMORY : Status.NO_RECOVERY;
            default -> Status.NO_RECOVERY;
        };
    }
}
