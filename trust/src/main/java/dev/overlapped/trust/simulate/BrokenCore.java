package dev.overlapped.trust.simulate;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The sources of `core` that a patch changes, with the fault in them, compiled. They lie in a folder of
/// their own, and are made anew each time, since the sources change. All else is as it is in the real core,
/// which comes behind them on the class path.
final class BrokenCore {
    private final Path folder;

    private BrokenCore(Path folder) {
        this.folder = folder;
    }

    /// Builds it in `folder`, from the checkout at `root`.
    static BrokenCore build(Plant plant, Path root, Path folder)
            throws IOException, InterruptedException, PlantFailedException {
        BrokenCore built = new BrokenCore(folder);
        if (Files.exists(folder)) {
            delete(folder);
        }
        for (Path file : plant.files()) {
            Path copy = folder.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(root.resolve(file), copy);
        }
        built.apply(plant);
        built.compile(plant);
        return built;
    }

    /// What goes before the real core on a class path.
    Path classes() {
        return folder.resolve("classes");
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// One line of context has to match around a change, so that a patch outlives edits nearby. Git must not
    /// find the checkout above the folder, or it would take the paths as meant for that and do nothing.
    private void apply(Plant plant) throws IOException, InterruptedException, PlantFailedException {
        String patch = plant.patch().toAbsolutePath().toString();
        ProcessBuilder git = new ProcessBuilder("git", "apply", "-C1", patch)
            .directory(folder.toFile()).redirectErrorStream(true);
        git.environment().put("GIT_CEILING_DIRECTORIES", folder.toRealPath().getParent().toString());
        git.environment().remove("GIT_DIR");
        Process process = git.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new PlantFailedException(plant.name() + ": the patch does not apply: "
                + said.strip().replace("\n", "; "));
        }
    }

    private void compile(Plant plant) throws IOException, PlantFailedException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new PlantFailedException("this Java has no compiler; run it with a JDK");
        }
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<Path> changed = plant.files().stream().map(folder::resolve).toList();
            boolean compiled = compiler.getTask(said, files, null,
                List.of("-d", classes().toString(), "-proc:none", "-nowarn",
                    "-cp", System.getProperty("java.class.path")),
                null, files.getJavaFileObjectsFromPaths(changed)).call();
            if (!compiled) {
                throw new PlantFailedException(plant.name() + ": what is patched does not compile: "
                    + said.toString().lines().findFirst().orElse("nothing is said"));
            }
        }
    }
}
