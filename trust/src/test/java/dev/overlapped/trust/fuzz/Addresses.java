package dev.overlapped.trust.fuzz;

import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.SOCKADDR_UN;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Addresses of the faithful API, good and bad; none of them leads out of this machine, nor out of the
/// folder of the sequence.
final class Addresses {
    private static final List<String> LOCAL_NODES = List.of("127.0.0.1", "::1", "localhost", "127.1");
    private static final List<String> OTHER_NODES = List.of("256.0.0.1", "", "::1::", "1.2.3.4.5", "a\0b",
            "%", "x y",
            "\ud800", "a".repeat(5_000), "fe80::1%nowhere", "127.0.0.1:80");
    private static final List<String> SERVICES = List.of("80", "0", "65535", "65536", "-1", "http",
            "nosuchservice",
            "", "1 2", "99999999999999999999", "8\0", "s".repeat(5_000));

    private static final List<String> NAMES = List.of("a", "b", "no/such", "x".repeat(200), "a\0b", "\ud800",
            ".",
            "");

    private final Path folder;
    private final List<SOCKADDR> live = new ArrayList<>();

    Addresses(Path folder) {
        this.folder = folder;
    }

    /// Somebody can be reached there.
    void add(SOCKADDR address) {
        live.add(address);
    }

    // ---- given ----

    SOCKADDR any(Choices choices) {
        return switch (choices.below(6, 12)) {
            case 6 -> null;
            case 7 -> in(choices);
            case 8 -> in6(choices);
            case 9 -> un(choices);
            case 10 -> storage(choices);
            case 11 -> wrongFamily(choices);
            default -> live.isEmpty() ? in(choices) : live.get(choices.below(live.size()));
        };
    }

    private static SOCKADDR_IN in(Choices choices) {
        SOCKADDR_IN in = new SOCKADDR_IN();
        in.sin_family = AF_INET;
        in.sin_port = htons(choices.of(2, 0, 0, 1, 65_535));
        in.sin_addr.s_addr = htonl(choices.of(2, INADDR_LOOPBACK, INADDR_ANY, 0x7fffffff,
                0x7f000000 | ((int) choices.number() & 0xffffff)));
        return in;
    }

    /// ::1, ::, or an IPv4 loopback address in IPv6 form.
    private static SOCKADDR_IN6 in6(Choices choices) {
        SOCKADDR_IN6 in6 = new SOCKADDR_IN6();
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(choices.of(2, 0, 0, 1, 65_535));
        int choice = choices.below(4);
        in6.sin6_addr.s6_addr[15] = (byte) (choice == 2 ? 0 : 1);
        if (choice == 3) {
            in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = (byte) 0xff;
            in6.sin6_addr.s6_addr[12] = 127;
        }
        in6.sin6_flowinfo = choices.of(1, 0, -1);
        in6.sin6_scope_id = choices.oneIn(4) ? (int) choices.number() : 0;
        return in6;
    }

    /// A path in the folder: fresh, in use, too long, cut by a zero, not UTF-8, or in no folder that there
    /// is.
    private SOCKADDR_UN un(Choices choices) {
        SOCKADDR_UN un = new SOCKADDR_UN();
        un.sun_family = AF_UNIX;
        String name = NAMES.get(choices.below(NAMES.size()));
        byte[] path = (folder + "/" + name).getBytes(StandardCharsets.UTF_8);
        if (choices.oneIn(8)) {
            path[path.length - 1] = (byte) 0xff;
        }
        System.arraycopy(path, 0, un.sun_path, 0, Math.min(path.length, un.sun_path.length));
        if (choices.oneIn(8)) {
            un.sun_path[0] = 0;
        }
        return un;
    }

    private SOCKADDR_STORAGE storage(Choices choices) {
        SOCKADDR_STORAGE storage = new SOCKADDR_STORAGE();
        switch (choices.below(4)) {
            case 2 -> {
                storage.ss_family = AF_UNIX;
                System.arraycopy(un(choices).sun_path, 0, storage.__ss_data, 0, 108);
            }
            case 3 -> storage.ss_family = (short) choices.number();
            case 1 -> {
                storage.ss_family = AF_INET6;
                storage.__ss_data[21] = 1;
            }
            default -> {
                storage.ss_family = AF_INET;
                storage.__ss_data[2] = 127;
                storage.__ss_data[5] = 1;
            }
        }
        return storage;
    }

    /// An object of one kind that says it is of another, or of none.
    private SOCKADDR wrongFamily(Choices choices) {
        short family = (short) choices.of(6, AF_INET, AF_INET6, AF_UNIX, 0, 10, -1);
        SOCKADDR_UN un = un(choices);
        un.sun_family = family;
        SOCKADDR_IN in = in(choices);
        in.sin_family = family;
        SOCKADDR_IN6 in6 = in6(choices);
        in6.sin6_family = family;
        return switch (choices.below(3)) {
            case 0 -> un;
            case 1 -> in;
            default -> in6;
        };
    }

    // ---- taken ----

    /// Room for an address, with something in it.
    SOCKADDR room(Choices choices) {
        return switch (choices.below(3, 8)) {
            case 3 -> new SOCKADDR_UN();
            case 4 -> new SOCKADDR_IN6();
            case 5, 6 -> new SOCKADDR_IN();
            case 7 -> wrongFamily(choices);
            default -> new SOCKADDR_STORAGE();
        };
    }

    /// The size of what `address` is.
    int size(Object address) {
        return switch (address) {
            case SOCKADDR_IN _ -> SOCKADDR_IN.SIZEOF;
            case SOCKADDR_IN6 _ -> SOCKADDR_IN6.SIZEOF;
            case SOCKADDR_UN _ -> SOCKADDR_UN.SIZEOF;
            case null, default -> SOCKADDR_STORAGE.SIZEOF;
        };
    }

    // ---- names ----

    static String node(Choices choices) {
        return switch (choices.below(2, 4)) {
            case 2 -> null;
            case 3 -> OTHER_NODES.get(choices.below(OTHER_NODES.size()));
            default -> LOCAL_NODES.get(choices.below(LOCAL_NODES.size()));
        };
    }

    static String service(Choices choices) {
        return choices.oneIn(3) ? null : SERVICES.get(choices.below(3, SERVICES.size()));
    }

    /// Whether this machine knows the name by itself.
    static boolean isLocal(String node) {
        return node == null || LOCAL_NODES.contains(node);
    }

    /// As a trace shows it.
    static String describe(SOCKADDR address) {
        return switch (address) {
            case SOCKADDR_IN in -> "IN(" + in.sin_family + " "
                    + Integer.toHexString(ntohl(in.sin_addr.s_addr)) + ":"
                    + ntohs(in.sin_port) + ")";
            case SOCKADDR_IN6 in6 -> "IN6(" + in6.sin6_family + " ..." + in6.sin6_addr.s6_addr[15] + "%"
                    + in6.sin6_scope_id + ":" + ntohs(in6.sin6_port) + ")";
            case SOCKADDR_UN un -> "UN(" + un.sun_family + " "
                    + new String(un.sun_path, StandardCharsets.UTF_8).strip().replace("\0", "") + ")";
            case SOCKADDR_STORAGE storage -> "STORAGE(" + storage.ss_family + " " + storage.__ss_data[21]
                    + ")";
        };
    }
}
