package dev.overlapped.trust.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A fault that somebody might make, as a patch on the engine's sources: the simulation has to find it.
///
/// @param name what it does
/// @param what says so in a sentence or two: the first lines of the patch
/// @param patch the file
record Plant(String name, String what, Path patch) {
    private static final String PATCHED = "+++ b/";
    private static final String FOLDER = "faults";
    private static final String SUFFIX = ".patch";
    private static final String COMMENT = "# ";

    /// All that the checkout at `root` has, by name.
    static List<Plant> all(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(FOLDER))) {
            List<Path> patches = files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
            List<Plant> plants = new ArrayList<>();
            for (Path patch : patches) {
                plants.add(of(patch));
            }
            return plants;
        }
    }

    /// What it patches, seen from the root of the checkout.
    List<Path> files() throws IOException {
        return Files.readAllLines(patch).stream().filter(line -> line.startsWith(PATCHED))
            .map(line -> Path.of(line.substring(PATCHED.length()))).toList();
    }

    private static Plant of(Path patch) throws IOException {
        String file = patch.getFileName().toString();
        String what = Files.readAllLines(patch).stream().takeWhile(line -> line.startsWith(COMMENT))
            .map(line -> line.substring(COMMENT.length())).collect(Collectors.joining(" "));
        return new Plant(file.substring(0, file.length() - SUFFIX.length()), what, patch);
    }
}
