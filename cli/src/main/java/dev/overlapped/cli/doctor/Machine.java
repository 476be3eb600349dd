package dev.overlapped.cli.doctor;

import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Looks at the machine, the limits of this process and the library, each for itself: what cannot be read is
/// said to be unknown, and nothing here fails.
final class Machine {
    private static final int JDK_MIN = 25;
    private static final Version KERNEL_MIN = new Version(4, 18);
    private static final Version KERNEL_WITH_PIDFD = new Version(6, 9);
    private static final Version KERNEL_WITH_URING = new Version(5, 1);
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "aarch64");
    /// Enough for a thousand connections, with what the Java VM has open itself.
    private static final long DESCRIPTORS_MIN = 2048;
    /// What a few rings of io_uring take on kernels that count them.
    private static final long LOCKED_BYTES_MIN = 8 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String UNKNOWN = "unknown";

    /// Of a kernel.
    private record Version(int major, int minor) {
        static Version of(String release) {
            String[] parts = release.split("[^0-9]+", 3);
            return parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty() ? new Version(0, 0)
                : new Version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }

        boolean isAtLeast(Version other) {
            return major > other.major || (major == other.major && minor >= other.minor);
        }
    }

    private final String release = read("/proc/sys/kernel/osrelease");
    private final Version kernel = Version.of(release);

    List<Finding> findings() {
        return List.of(jdk(), kernel(), architecture(), nativeAccess(), descriptors(), lockedMemory(),
            seccomp(), uring(), provider());
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException | SecurityException e) {
            return UNKNOWN;
        }
    }

    /// The value behind `key` in a file of lines, or "unknown".
    private static String value(String path, String key) {
        return read(path).lines().filter(line -> line.startsWith(key)).findFirst()
            .map(line -> line.substring(key.length()).strip()).orElse(UNKNOWN);
    }

    private static Finding jdk() {
        Runtime.Version version = Runtime.version();
        return version.feature() >= JDK_MIN ? Finding.ok("jdk", version.toString())
            : new Finding("jdk", version.toString(), "install JDK " + JDK_MIN + " or later");
    }

    private Finding kernel() {
        if (!kernel.isAtLeast(KERNEL_MIN)) {
            return new Finding("kernel", release, "needs Linux 4.18 or later");
        }
        return Finding.ok("kernel", release + (kernel.isAtLeast(KERNEL_WITH_PIDFD) ? ", with pidfd of threads"
            : ", without pidfd of threads: their end is noticed within 100 ms"));
    }

    private static Finding architecture() {
        String name = System.getProperty("os.arch");
        return ARCHITECTURES.contains(name) ? Finding.ok("architecture", name)
            : new Finding("architecture", name, "needs x86-64 or aarch64");
    }

    private static Finding nativeAccess() {
        Module library = OverlappedSocket.class.getModule();
        String name = library.isNamed() ? library.getName() : "ALL-UNNAMED";
        return library.isNativeAccessEnabled() ? Finding.ok("native-access", "enabled for " + name)
            : new Finding("native-access", "not enabled, which later JDKs refuse",
                "start Java with --enable-native-access=" + name);
    }

    /// The Java VM raises its own limit to what the hard limit allows when it starts.
    private static Finding descriptors() {
        String limit = limit("Max open files");
        if (isAtLeast(limit, DESCRIPTORS_MIN)) {
            return Finding.ok("descriptors", limit);
        }
        return new Finding("descriptors", limit + ", one for each socket and each waiting thread",
            "raise the limit before starting: ulimit -n 65536 (in a container: --ulimit nofile=65536; in a "
                + "service: LimitNOFILE=65536)");
    }

    private static Finding lockedMemory() {
        String limit = limit("Max locked memory");
        if (isAtLeast(limit, LOCKED_BYTES_MIN)) {
            return Finding.ok("memlock", limit);
        }
        return new Finding("memlock", limit + " bytes; only io_uring needs it, which is not in use",
            "nothing now; for io_uring: ulimit -l 8192 (in a container: --ulimit memlock=8388608)");
    }

    /// The soft limit, of the table's columns name, soft, hard, unit.
    private static String limit(String name) {
        return value("/proc/self/limits", name).split(" +", 2)[0];
    }

    private static boolean isAtLeast(String limit, long least) {
        return limit.equals("unlimited")
            || (limit.matches("[0-9]{1,18}") && Long.parseLong(limit) >= least);
    }

    private static String seccompMode() {
        return value("/proc/self/status", "Seccomp:");
    }

    private static Finding seccomp() {
        return Finding.ok("seccomp", switch (seccompMode()) {
            case "0" -> "off";
            case "1" -> "strict";
            case "2" -> "a filter is active, as in most containers; the library's calls pass it";
            default -> UNKNOWN;
        });
    }

    private Finding uring() {
        String disabled = read("/proc/sys/kernel/io_uring_disabled");
        String is;
        if (!kernel.isAtLeast(KERNEL_WITH_URING)) {
            is = "not in this kernel";
        } else if (disabled.equals("2")) {
            is = "switched off for everybody (sysctl kernel.io_uring_disabled is 2)";
        } else if (disabled.equals("1")) {
            is = "switched off but for one group (sysctl kernel.io_uring_disabled is 1)";
        } else if (!seccompMode().equals("0")) {
            is = "in this kernel, and probably refused by the seccomp filter, as containers do";
        } else {
            is = "available";
        }
        return Finding.ok("io_uring", is + "; this release does not use it");
    }

    /// Tries the library: one connection, one byte.
    private static Finding provider() {
        try (ListeningSocket listener = ListeningSocket.bind(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            OverlappedSocket client = OverlappedSocket.connect(listener.localAddress()).await();
            OverlappedSocket server = listener.accept().withTimeout(PATIENCE).await()) {
            client.send(ByteBuffer.wrap(new byte[] {1})).await();
            server.receive(ByteBuffer.allocate(1)).withTimeout(PATIENCE).await();
            return Finding.ok("provider", "epoll, the only one of this release; it moved a byte on loopback");
        } catch (IOException | InterruptedException | RuntimeException | LinkageError e) {
            return new Finding("provider", "epoll, which does not work here: " + e.getMessage(),
                "see the lines above; then report this line");
        }
    }
}
