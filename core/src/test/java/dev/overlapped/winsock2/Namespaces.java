package dev.overlapped.winsock2;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Networks that a test may break: a JVM in a network namespace of its own, which ends with it.
final class Namespaces {
    /// Root of the machine, or of a user namespace where the machine lets everybody have one.
    private static final List<String> AS_ROOT = List.of("unshare", "--net");
    private static final List<String> AS_ANYBODY = List.of("unshare", "--user", "--map-root-user", "--net");
    /// What the tests call, in a form that does something only where it may and is there.
    private static final Map<String, String> NEEDED = Map.of(
            "ip", "ip link set lo up",
            "tc", "tc qdisc replace dev lo root pfifo",
            "a veth pair", "ip link add probe type veth peer name other",
            "nsenter and bash", "nsenter --net=/proc/self/ns/net bash -c true");

    private static List<String> prefix;
    private static String reason;

    private Namespaces() {
    }

    /// Runs `main` with `arguments` in a namespace; skips the test where there can be none.
    static String run(Class<?> main, String... arguments) {
        findOut();
        assumeTrue(prefix != null, reason);
        List<String> options = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        return ChildJvm.run(prefix, main, options, List.of(arguments));
    }

    private static synchronized void findOut() {
        if (prefix != null || reason != null) {
            return;
        }
        String missing = missing(AS_ROOT);
        if (missing.isEmpty()) {
            prefix = AS_ROOT;
        } else if (missing(AS_ANYBODY).isEmpty()) {
            prefix = AS_ANYBODY;
        } else {
            reason = "needs a network namespace, as root: " + missing;
        }
    }

    private static String missing(List<String> how) {
        for (Map.Entry<String, String> each : NEEDED.entrySet()) {
            List<String> command = new ArrayList<>(how);
            command.addAll(List.of(each.getValue().split(" ")));
            try {
                Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (process.waitFor() != 0) {
                    return each.getKey() + ": " + said.strip();
                }
            } catch (IOException e) {
                return how.getFirst() + ": " + e.getMessage();
            } catch (InterruptedException e) {
                throw new AssertionError("the test itself was interrupted", e);
            }
        }
        return "";
    }
}
