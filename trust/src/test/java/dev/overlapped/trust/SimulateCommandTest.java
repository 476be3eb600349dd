package dev.overlapped.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SimulateCommandTest {
    private record Ended(int exitCode, List<String> out, List<String> err) {
    }

    private static Ended run(String arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = command.execute(arguments.split(" ", -1));
        return new Ended(exitCode, out.toString().lines().toList(), err.toString().lines().toList());
    }

    @Test
    void itSaysHowManySeedsPassedAndHowFast() {
        Ended ended = run("simulate --seeds 20 --from 1000");

        assertThat(ended.exitCode).isZero();
        assertThat(ended.out).singleElement().asString()
            .matches("20 seeds, 0 failures, [0-9.]+ s, [0-9]+ seeds per second");
        assertThat(ended.err).isEmpty();
    }

    @Test
    void aTraceHasEachStepOfEachSeedInTheirOrder() {
        Ended ended = run("simulate --seeds 2 --from 5 --trace");

        assertThat(ended.exitCode).isZero();
        assertThat(ended.out).filteredOn(line -> line.startsWith("seed"))
            .containsExactly("seed 5 passes:", "seed 6 passes:");
        assertThat(ended.out).filteredOn(line -> line.endsWith("settle")).hasSize(2);
    }

    @Test
    void allSmallProgramsAreCounted() {
        Ended ended = run("simulate --small 2");

        assertThat(ended.exitCode).isZero();
        assertThat(ended.out).singleElement().asString()
            .matches("[0-9]+ programs of 2 steps, all that there are, 0 failures, [0-9.]+ s");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "simulate --seeds 0",
        "simulate --seeds x",
        "simulate --threads 0",
        "simulate --threads 1025",
        "simulate --seed-seconds 0",
        "simulate --from x",
        "simulate --plant",
        "simulate --small 0",
        "simulate --small 12",
        "simulate --nonsense",
    })
    void aMistakeInTheUsageIsOneLineAndExitCode2(String arguments) {
        Ended ended = run(arguments);

        assertThat(ended.exitCode).isEqualTo(2);
        assertThat(ended.err).singleElement().asString().startsWith("overlapped simulate").contains("--help");
        assertThat(ended.out).isEmpty();
    }
}
