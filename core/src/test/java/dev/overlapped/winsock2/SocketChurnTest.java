package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Sockets by the hundred thousand leave nothing behind; [SocketChurn] opens and closes them, in a JVM that
/// keeps account of its native memory. `-Ddev.overlapped.churn=1000000` takes a million.
class SocketChurnTest {
    private static final int SOCKETS = Integer.getInteger("dev.overlapped.churn", 100_000);

    @Test
    @Timeout(600)
    void socketsWithRandomRequestsPendingLeaveNothing() throws Exception {
        String seed = Long.toString(new Random().nextLong());
        List<String> options = List.of("-XX:NativeMemoryTracking=summary", "-XX:+UseSerialGC", "-Xmx256m");
        Process child = ChildJvm.start(SocketChurn.class, options, Integer.toString(SOCKETS), seed);
        try {
            String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(child.waitFor()).as("seed %sL: %s", seed, said).isZero();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
