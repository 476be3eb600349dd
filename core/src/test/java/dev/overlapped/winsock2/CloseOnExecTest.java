package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Winsock2.AF_INET6;
import static dev.overlapped.winsock2.Winsock2.AF_UNIX;
import static dev.overlapped.winsock2.Winsock2.SOCK_DGRAM;
import static dev.overlapped.winsock2.Winsock2.SOCK_SEQPACKET;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.socket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.Counters;
import dev.overlapped.provider.epoll.EpollProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A program that another one starts gets none of the library's descriptors.
class CloseOnExecTest {
    @Test
    void everyDescriptorClosesWhenAProgramIsExecuted() {
        String printed = ChildJvm.run(Program.class);
        assertThat(printed.lines()).contains("socket true", "anon_inode:[eventpoll] true",
                "anon_inode:[eventfd] true", "anon_inode:[timerfd] true")
                .noneMatch(kind -> kind.endsWith("false"));
    }

    /// Has every kind of descriptor that the library opens, and prints for each whether all of it close. No
    /// other library has any of these kinds here.
    static final class Program {
        /// Of `fcntl.h`; the kernel writes flags in octal digits.
        private static final int O_CLOEXEC = 02000000;
        private static final int OCTAL = 8;

        private Program() {
        }

        public static void main(String[] arguments) throws IOException {
            try (Loopback loopback = new Loopback()) {
                loopback.datagram();
                loopback.keep(socket(AF_INET6, SOCK_STREAM, 0));
                loopback.keep(socket(AF_INET6, SOCK_DGRAM, 0));
                loopback.keep(socket(AF_UNIX, SOCK_STREAM, 0));
                loopback.keep(socket(AF_UNIX, SOCK_SEQPACKET, 0));
                long[] pair = loopback.pair();
                Moves.receive(pair[0], memory(1), overlapped(0), null);
                // This thread does not wait, so the engine thread takes over, and watches it if it can.
                while (Counters.current().adopted() == 0) {
                    Thread.onSpinWait();
                }
                EpollProvider linux = new EpollProvider();
                int watch = linux.openThreadWatch(linux.threads().id());
                if (watch >= 0) {
                    assertThat(linux.close(watch, false)).isZero();
                    awaitWatch();
                }
                closing().forEach((kind, closes) -> System.out.println(kind + " " + closes));
            }
        }

        private static void awaitWatch() throws IOException {
            while (closing().keySet().stream().noneMatch(kind -> kind.contains("pidfd"))) {
                Thread.onSpinWait();
            }
        }

        /// The kinds of open descriptors but for files, and whether all of a kind close.
        private static Map<String, Boolean> closing() throws IOException {
            Map<String, Boolean> closing = new TreeMap<>();
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                for (Path each : open.filter(Files::exists).toList()) {
                    String kind = Files.readSymbolicLink(each).toString();
                    if (!kind.startsWith("/") && !kind.startsWith("pipe:")) {
                        closing.merge(kind.replaceFirst("^(socket|pidfd):.*", "$1"), closes(each),
                                Boolean::logicalAnd);
                    }
                }
            }
            return closing;
        }

        private static boolean closes(Path descriptor) throws IOException {
            Path info = Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName());
            String flags = Files.readAllLines(info).stream().filter(line -> line.startsWith("flags:"))
                    .findFirst().orElseThrow();
            return (Integer.parseInt(flags.substring("flags:".length()).strip(), OCTAL) & O_CLOEXEC) != 0;
        }
    }
}
