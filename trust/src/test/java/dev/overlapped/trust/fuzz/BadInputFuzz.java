package dev.overlapped.trust.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The long form of [BadInputTest]: Jazzer changes sequences that reach code which others have not reached,
/// for as long as it is told. `mvn -B -pl trust -am -Pfuzz -Dfuzz.minutes=10 verify` runs it and nothing
/// else. A failure says the calls; the bytes that decide them are in a file that its output names.
// Jazzer looks after the time; its own thread must be the one that runs the sequences.
@Timeout(value = 1, unit = TimeUnit.DAYS, threadMode = Timeout.ThreadMode.SAME_THREAD)
class BadInputFuzz {
    private static final int SEEDS = 64;

    /// Sequences to begin with.
    static Stream<Arguments> sequences() {
        return Stream.iterate(0L, seed -> seed < SEEDS, seed -> seed + 1).map(seed -> {
            byte[] bytes = new byte[1 + Sequence.CALLS_MAX * Sequence.CALL_BYTES];
            new Random(seed).nextBytes(bytes);
            return Arguments.of(bytes);
        });
    }

    /// The first byte says which API, too.
    @MethodSource("sequences")
    @FuzzTest(maxDuration = "")
    void bothApisAnswerBadInputAsDocumented(byte[] bytes) {
        if (bytes != null && bytes.length > 0) {
            Sequence.run(bytes, bytes[0] < 0 ? SocketWorld::new : WinsockWorld::new);
        }
    }
}
