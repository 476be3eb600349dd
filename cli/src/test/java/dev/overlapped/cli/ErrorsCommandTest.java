package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every line of `overlapped errors` is an error that was made to happen.
class ErrorsCommandTest {
    /// The codes of the page's table, and twice the one that it gives two causes for.
    private static final List<Integer> CODES = List.of(995, 997, 10004, 10014, 10022, 10035, 10035, 10036,
        10038, 10040, 10045, 10050, 10052, 10053, 10054, 10055, 10057, 10058, 10093);

    @Test
    void everyErrorOfThePageHappens() {
        RunningCommand errors = RunningCommand.run("errors");
        assertThat(errors.exitCode()).as("it said %s %s", errors.out(), errors.err()).isZero();
        List<String> lines = errors.out().stream().filter(line -> line.matches("\\d+ .*")).toList();
        List<Integer> codes = lines.stream()
            .map(line -> Integer.valueOf(line.substring(0, line.indexOf(' ')))).toList();
        TreeSet<String> verdicts = new TreeSet<>();
        lines.stream().map(line -> line.substring(line.lastIndexOf(": ") + 2)).forEach(verdicts::add);

        // With the line behind them that says how many need root.
        assertThat(codes).startsWith(CODES.toArray(Integer[]::new));
        assertThat(verdicts).isSubsetOf("OK", "needs root");
        boolean mayBreakNetworks = !verdicts.contains("needs root");
        assertThat(mayBreakNetworks || !Boolean.getBoolean("dev.overlapped.privileged"))
            .as("nothing needs root in a build that has all privileges").isTrue();
        assumeTrue(mayBreakNetworks, "needs a network namespace for some of them, as root");
    }
}
