package dev.overlapped.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// How the proving tests of this run ended. JUnit closes it when the run is over; then it becomes a page.
final class RunResults implements AutoCloseable {
    private static final String PAGE = "conformance.html";

    /// From the best to the worst; a test that runs several times has ended as its worst run, and a clause as
    /// its worst test.
    enum Outcome { PROVEN, NOT_RUN, SKIPPED, FAILED }

    private final Map<Proof, Outcome> outcomes = new HashMap<>();

    synchronized void add(Proof test, Outcome outcome) {
        outcomes.merge(test, outcome, RunResults::worse);
    }

    synchronized Outcome of(Proof test) {
        return outcomes.getOrDefault(test, Outcome.NOT_RUN);
    }

    /// Of a clause with these tests, all of which must have succeeded.
    Outcome of(Collection<Proof> tests) {
        return tests.stream().map(this::of).reduce(RunResults::worse).orElse(Outcome.NOT_RUN);
    }

    private static Outcome worse(Outcome one, Outcome other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Override
    public void close() {
        String page = ConformancePage.of(ClauseTable.read(), Proofs.ofThisModule(), this);
        try {
            Files.writeString(Proofs.testClasses().resolveSibling(PAGE), page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
