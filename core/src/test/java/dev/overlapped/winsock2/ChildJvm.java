package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of its own for what is decided when one starts. It runs the `main` of a test class, on the same JDK,
/// with this module's classes and tests on its class path.
public final class ChildJvm {
    /// Shorter than a test may take, so that it is told what the child was doing.
    private static final int PATIENCE_SECONDS = 15;

    private ChildJvm() {
    }

    /// Runs `main` with these options of the JVM; fails unless it ends well. Returns what it has printed.
    public static String run(Class<?> main, String... options) {
        return run(List.of(), main, List.of(options), List.of());
    }

    /// The same with what comes before it on the command line, and with arguments for `main`.
    static String run(List<String> prefix, Class<?> main, List<String> options, List<String> arguments) {
        try {
            return run(command(prefix, main, options, arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("the test itself was interrupted", e);
        }
    }

    /// Starts one that the test looks after itself: it prints into the pipe that the process has, and
    /// whoever started it ends it.
    static Process start(Class<?> main, String... arguments) {
        return start(main, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), arguments);
    }

    static Process start(Class<?> main, List<String> options, String... arguments) {
        try {
            return new ProcessBuilder(command(List.of(), main, options, List.of(arguments)))
                    .redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(List<String> prefix, Class<?> main, List<String> options,
            List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-ea");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(String.join(":", place(Winsock2.class), place(main), place(assertThat(0).getClass())));
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("child-jvm", ".txt");
        Process child = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            boolean ended = child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                dumpThreads(child);
            }
            String printed = Files.readString(output);
            assertThat(ended).as("ended in time; it printed: %s", printed).isTrue();
            assertThat(child.exitValue()).as("exit code; it printed: %s", printed).isZero();
            return printed;
        } finally {
            child.destroyForcibly().waitFor();
            Files.delete(output);
        }
    }

    /// SIGQUIT: a JVM prints what its threads do.
    private static void dumpThreads(Process child) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-QUIT", Long.toString(child.pid())).start().waitFor();
        child.waitFor(1, TimeUnit.SECONDS);
    }

    /// The folder or jar that `type` was loaded from. For a class of a test that is not what its code source
    /// says, since tests are patched into the module.
    private static String place(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        URL url = type.getResource("/" + file);
        String place = url.toString();
        place = place.substring(0, place.length() - file.length());
        if (place.startsWith("jar:")) {
            place = place.substring("jar:".length(), place.length() - "!/".length());
        }
        return Path.of(URI.create(place)).toString();
    }
}
