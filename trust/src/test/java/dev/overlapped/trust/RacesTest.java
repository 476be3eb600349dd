package dev.overlapped.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jcstress.infra.collectors.TestResult;

/// All races in a short form, each in a JVM of its own. The long one: `./overlapped races`.
class RacesTest {
    /// One that is not listed any more would not be missed otherwise.
    private static final int RACES = 27;

    @Test
    @Timeout(300)
    void whateverThreadsMeetTheEngineKeepsItsPromises() throws Exception {
        Collection<TestResult> results = RacesCommand.run(Path.of("target", "races"),
                List.of("-f", "1", "-fsm", "1", "-iters", "1", "-time", "200", "-sc", "false", "-jvmArgs",
                        "-XX:+UseParallelGC"));
        assertThat(results).hasSize(RACES);
        assertThat(results).allSatisfy(race -> assertThat(RacesCommand.held(race))
                .as("%s: %s %s", race.getName(), race.status(), race.grading().failureMessages).isTrue());
    }
}
