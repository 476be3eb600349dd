package dev.overlapped.trust.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.trust.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The planted faults in a small form: each can be built, and a few are found. `./overlapped simulate --plant
/// all` is the large form.
class PlantTest {
    private static final long SEEDS = 20;
    /// Of a test that starts two JVMs.
    private static final int SECONDS_MAX = 90;

    @TempDir
    private Path folder;

    /// The checkout: this module is in it.
    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("faults"))) {
            at = at.getParent();
        }
        return at;
    }

    static List<Plant> plants() throws IOException {
        return Plant.all(root());
    }

    private static Plant plant(String name) throws IOException {
        return plants().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("plants")
    void eachPatchSaysWhatItBreaksAppliesAndCompiles(Plant plant) throws Exception {
        BrokenCore built = BrokenCore.build(plant, root(), folder);

        assertThat(plant.what()).endsWith(".");
        assertThat(Files.readString(plant.patch()))
            .contains("\n# Broken promise: ").containsOnlyOnce("\n@@ ");
        try (Stream<Path> compiled = Files.walk(built.classes())) {
            assertThat(compiled).anyMatch(file -> file.toString().endsWith(".class"));
        }
    }

    @ParameterizedTest
    @MethodSource("quickToFind")
    @Timeout(SECONDS_MAX)
    void aPlantedFaultIsFoundAndFailsAgain(String name) throws Exception {
        StringWriter out = new StringWriter();
        PlantSearch search =
            new PlantSearch(root(), folder, Main.class.getName(), 0, SEEDS, List.of(), "simulate");
        boolean found = search.findAll(List.of(plant(name)), new PrintWriter(out));

        assertThat(found).as(out.toString()).isTrue();
        assertThat(out.toString())
            .contains("simulate --plant " + name + " --from ", "1 found and failed again");
    }

    static List<String> quickToFind() {
        return List.of("lost-rdhup", "cancel-forgets-bytes");
    }

    @Test
    void aPatchThatDoesNotApplyIsAnErrorThatSaysSo() throws Exception {
        Path patch = Files.createDirectories(folder.resolve("faults")).resolve("nowhere.patch");
        String applies = Files.readString(plant("lost-rdhup").patch());
        Files.writeString(patch, applies.replace("special", "particular"));
        Plant nowhere = new Plant("nowhere", "It does nothing.", patch);

        assertThatThrownBy(() -> BrokenCore.build(nowhere, root(), folder.resolve("built")))
            .isInstanceOf(PlantFailedException.class)
            .hasMessageStartingWith("nowhere: the patch does not apply: ");
    }
}
