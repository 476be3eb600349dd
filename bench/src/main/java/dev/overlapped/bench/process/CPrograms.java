package dev.overlapped.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The servers that are written in C, compiled once for all runs.
public final class CPrograms {
    private static final List<String> COMPILERS = List.of("cc", "gcc", "clang");
    private static final List<String> SOURCES = List.of("serve.h", "epoll.c", "blocking.c",
        "datagram.c");

    private final Path directory;
    private final Optional<Path> compiler = COMPILERS.stream().map(Tools::find)
        .flatMap(Optional::stream).findFirst();

    /// The programs will lie in `directory`.
    public CPrograms(Path directory) {
        this.directory = directory;
    }

    /// Whether there is a compiler here.
    public static boolean isCompilerThere() {
        return COMPILERS.stream().anyMatch(name -> Tools.find(name).isPresent());
    }

    /// The program of that name, compiled if that has not been done yet.
    public Path program(String name) throws RunFailedException, InterruptedException {
        Path program = directory.resolve(name);
        if (Files.exists(program)) {
            return program;
        }
        if (compiler.isEmpty()) {
            throw new RunFailedException("no C compiler here (" + String.join(", ", COMPILERS) + ")", false);
        }
        try {
            extract();
            Path said = directory.resolve(name + ".log");
            Process process = new ProcessBuilder(compiler.get().toString(), "-O2", "-pthread", "-o",
                program.toString(), directory.resolve(name + ".c").toString())
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
            if (process.waitFor() != 0) {
                throw new RunFailedException("the C compiler says: " + Files.readString(said).strip(), false);
            }
        } catch (IOException e) {
            throw new RunFailedException("cannot compile: " + e, false);
        }
        return program;
    }

    private void extract() throws IOException {
        for (String source : SOURCES) {
            Path copy = directory.resolve(source);
            if (!Files.exists(copy)) {
                String resource = "/dev/overlapped/bench/c/" + source;
                try (InputStream in = CPrograms.class.getResourceAsStream(resource)) {
                    Files.copy(in, copy);
                }
            }
        }
    }
}
