package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that more peers want to talk to than it may have descriptors; [AcceptStorm] is the server. The
/// kernel counts its calls, so that one that tries again and again is seen.
class AcceptStormTest {
    private static final String LIMITED = "ulimit -n " + AcceptStorm.DESCRIPTORS_MAX
            + " && exec strace -f -c -e trace=accept4,epoll_wait -o \"$CALLS\" \"$0\" \"$@\"";

    @TempDir
    private Path folder;

    @Test
    void atTheLimitOfDescriptorsNobodySpinsAndNoConnectionIsLost() throws IOException, InterruptedException {
        Path calls = folder.resolve("calls");
        assumeTrue(canTrace(), "needs strace, and leave to use it");
        List<String> limited = List.of("env", "CALLS=" + calls, "sh", "-c", LIMITED);
        // The JVM would raise the limit by itself.
        List<String> options = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-MaxFDLimit");
        ChildJvm.run(limited, AcceptStorm.class, options, List.of());
        // An accept that must wait tries twice; at the limit each one that fails has tried once.
        assertThat(callsOf("accept4", calls)).isBetween(AcceptStorm.PEERS, AcceptStorm.ACCEPTS_MAX);
        // Each peer that knocks is one event.
        assertThat(callsOf("epoll_wait", calls)).isBetween(1, AcceptStorm.ACCEPTS_MAX);
    }

    private static boolean canTrace() throws InterruptedException {
        try {
            return new ProcessBuilder("strace", "-f", "-c", "-o", "/dev/null", "true").start().waitFor() == 0;
        } catch (IOException e) {
            // There is none.
            return false;
        }
    }

    /// A row has the share, the seconds, the microseconds a call, the calls, the errors if any, and the name.
    private static int callsOf(String name, Path table) throws IOException {
        return Files.readAllLines(table).stream().map(line -> line.strip().split(" +"))
                .filter(row -> row[row.length - 1].equals(name))
                .mapToInt(row -> Integer.parseInt(row[3])).sum();
    }
}
