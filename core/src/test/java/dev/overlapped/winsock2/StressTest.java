package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Everything at once, at random.
class StressTest {
    private Loopback loopback;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    @Clause({"RETURNS-4", "OVERLAPPED-34"})
    void everythingAtOnceEndsOnceAndInOrder() {
        EngineThread.fillPool(loopback);
        long before = EngineThread.descriptors();
        run(new Random().nextLong(), 10, 2500);
        assertThat(EngineThread.descriptors(before)).isLessThanOrEqualTo(before);
    }

    /// By hand: seed, threads, operations of each, how often, with the next seed each time.
    public static void main(String... args) {
        long seed = Long.parseLong(args[0]);
        StressTest test = new StressTest();
        test.open();
        EngineThread.fillPool(test.loopback);
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
            System.out.println(test.run(seed + i, Integer.parseInt(args[1]), Integer.parseInt(args[2]))
                    + ", descriptors " + EngineThread.descriptors(-1));
        }
        test.close();
    }

    private String run(long seed, int threads, int each) {
        Stress stress = new Stress(loopback, seed);
        try {
            return stress.run(threads, each);
        } finally {
            stress.closeAll();
        }
    }
}
