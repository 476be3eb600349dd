package dev.overlapped.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of clauses, the tests that prove them, and docs/CONFORMANCE.md fit together.
class ConformanceTest {
    private static final String DOCUMENT = "docs/CONFORMANCE.md";
    /// Rewrites the document instead of comparing it.
    private static final boolean WRITE = isGiven("conformance.write");
    /// Forbids clauses that are open.
    private static final boolean FINAL = isGiven("conformance.final");

    private static final String FIRST = "SOME-1";
    private static final String ASKS = "  asks: a";
    private static final String DOES = "  does: b";

    @Test
    void everyClauseIsProvenAndEveryTestNamesClausesThatExist() {
        assertThat(Proofs.ofThisModule().faults(ClauseTable.read(), FINAL)).isEmpty();
    }

    @Test
    void theDocumentSaysWhatTheTableAndTheTestsSay() throws IOException {
        Path document = repository().resolve(DOCUMENT);
        String text = ConformanceDocument.of(ClauseTable.read(), Proofs.ofThisModule());
        if (WRITE) {
            Files.writeString(document, text);
        }
        assertThat(Files.exists(document) ? Files.readString(document) : "")
                .as("%s is stale; this writes it anew: %s", DOCUMENT,
                        "mvn -B -pl core -Dtest=ConformanceTest -Dconformance.write test")
                .isEqualTo(text);
    }

    @Test
    void aNumberThatIsLeftOutOrComesTwiceIsRefused() {
        assertThatThrownBy(() -> table(FIRST, ASKS, DOES, "SOME-3", ASKS, DOES))
                .hasMessage("line 5: SOME-3 where SOME-2 is next");
        assertThatThrownBy(() -> table(FIRST, ASKS, DOES, FIRST, ASKS, DOES))
                .hasMessage("line 5: SOME-1 where SOME-2 is next");
    }

    @Test
    void aClauseWithoutDecisionAndALineOfNoKindAreRefused() {
        assertThatThrownBy(() -> table(FIRST, ASKS)).hasMessageStartingWith("SOME-1 needs asks and one of");
        assertThatThrownBy(() -> table(FIRST, ASKS, DOES, "  cannot: c"))
                .hasMessageStartingWith("SOME-1 needs asks and one of");
        assertThatThrownBy(() -> table(FIRST, ASKS, "  will: b")).hasMessageStartingWith("line 4: ");
        assertThatThrownBy(() -> table(FIRST, ASKS, "  nothing: b", "  open: c"))
                .hasMessage("SOME-1 asks for no proof that could be open");
    }

    @Test
    void unknownUnprovenAndMisplacedClausesAreFaults() {
        ClauseTable table = table(FIRST, ASKS, DOES,
                "SOME-2", "  asks: c", DOES,
                "SOME-3", "  asks: e", "  nothing: f",
                "SOME-4", "  asks: g", "    further", "  does: h", "  open: i",
                "SOME-5", "  asks: j", "  cannot: k");
        var tests = new TreeSet<>(Set.of(new Proof("a.ThisTest", "proves")));
        var proofs = new Proofs(new TreeMap<>(Map.of("SOME-1", tests, "SOME-3", tests, "OTHER-1", tests)),
                List.of("ThisTest.prepares"));

        assertThat(proofs.faults(table, false)).containsExactly(
                "ThisTest.prepares names clauses and is no test",
                "OTHER-1 is no clause; named by [ThisTest.proves]",
                "SOME-3 asks nothing that could be proven; named by [ThisTest.proves]",
                "SOME-2 is proven by no test: c");
        assertThat(proofs.faults(table, true)).endsWith("SOME-4 is open: i");
    }

    @Test
    void ofSeveralRunsAndTestsTheWorstCounts() {
        var results = new RunResults();
        var one = new Proof("A", "one");
        var other = new Proof("A", "other");
        results.add(one, RunResults.Outcome.PROVEN);
        assertThat(results.of(List.of(one))).isEqualTo(RunResults.Outcome.PROVEN);
        assertThat(results.of(List.of(one, other))).isEqualTo(RunResults.Outcome.NOT_RUN);
        results.add(other, RunResults.Outcome.SKIPPED);
        results.add(other, RunResults.Outcome.PROVEN);
        assertThat(results.of(List.of(one, other))).isEqualTo(RunResults.Outcome.SKIPPED);
        results.add(one, RunResults.Outcome.FAILED);
        assertThat(results.of(List.of(one, other))).isEqualTo(RunResults.Outcome.FAILED);
        assertThat(results.of(List.of())).isEqualTo(RunResults.Outcome.NOT_RUN);
    }

    private static ClauseTable table(String... lines) {
        return ClauseTable.parse(Stream.concat(Stream.of("= Section"),
                Stream.of(lines)).toList());
    }

    /// Given as `-Dname` or `-Dname=true`.
    private static boolean isGiven(String property) {
        return !"false".equals(System.getProperty(property, "false"));
    }

    /// The first folder above the compiled classes that has what only the root of the sources has.
    private static Path repository() {
        Path folder = Proofs.testClasses();
        while (!Files.isRegularFile(folder.resolve("ARCHITECTURE.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
