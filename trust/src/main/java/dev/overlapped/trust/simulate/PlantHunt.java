package dev.overlapped.trust.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds a broken engine and runs seeds on it, in a JVM of its own where its classes come before the real
/// ones.
final class PlantHunt {
    /// A broken engine may do anything, so it gets a bounded part of the machine.
    private static final String HEAP = "-Xmx512m";

    /// What a JVM with a broken engine has printed, and how it has ended.
    ///
    /// @param failure of the first seed that failed, or null
    record Outcome(int exitCode, List<String> output, Failure failure) {
        /// The simulation has found the fault, and nothing else went wrong.
        boolean found() {
            return exitCode == 1 && failure != null;
        }

        private boolean isExpected() {
            return found() || (exitCode == 0 && failure == null);
        }
    }

    private final Plant plant;
    private final Path folder;
    private final Path root;
    private final String program;
    private final List<String> options;
    private final BrokenCore core;

    /// `program` is the class whose `main` knows the command `simulate`; `folder` is where it builds, and
    /// `options` are those of that command.
    PlantHunt(Plant plant, Path root, Path folder, String program, List<String> options)
            throws IOException, InterruptedException, PlantFailedException {
        this.plant = plant;
        this.root = root;
        this.folder = folder;
        this.program = program;
        this.options = options;
        this.core = BrokenCore.build(plant, root, folder);
    }

    /// Runs these seeds until one fails.
    Outcome run(long from, long seeds) throws IOException, InterruptedException, PlantFailedException {
        Path printed = folder.resolve("output.txt");
        Process child = new ProcessBuilder(command(from, seeds))
            .redirectOutput(printed.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            int exitCode = child.waitFor();
            List<String> output = Files.readAllLines(printed);
            Outcome outcome = new Outcome(exitCode, output, Failure.read(output));
            if (!outcome.isExpected()) {
                throw new PlantFailedException(plant.name() + ": its Java VM has ended with " + exitCode
                    + "; what it has printed is in " + printed);
            }
            return outcome;
        } finally {
            child.destroyForcibly();
        }
    }

    private List<String> command(long from, long seeds) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(HEAP);
        command.add("-ea");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Ddev.overlapped.root=" + root);
        command.add("-cp");
        command.add(core.classes() + ":" + System.getProperty("java.class.path"));
        command.add(program);
        command.addAll(List.of("simulate", "--from", Long.toString(from), "--seeds", Long.toString(seeds),
            "--planted", plant.name()));
        command.addAll(options);
        return command;
    }
}
