package dev.overlapped.cli.errors;

import dev.overlapped.cli.terminal.RunFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network that may be broken: a network namespace, which ends with the one process in it.
final class OwnNetwork {
    /// For root, and for everybody where the machine lets everybody be root of a namespace.
    private static final List<List<String>> WAYS_IN = List.of(
        List.of("unshare", "--net"),
        List.of("unshare", "--user", "--map-root-user", "--net"));
    /// What the conditions do there.
    private static final List<String> NEEDED =
        List.of("ip link set lo up", "tc qdisc add dev lo root blackhole");

    private OwnNetwork() {
    }

    /// The words that lead a command into a namespace of its own; none where there is no way in.
    static List<String> wayIn() {
        for (List<String> way : WAYS_IN) {
            if (NEEDED.stream().allMatch(command -> succeeds(way, command))) {
                return way;
            }
        }
        return List.of();
    }

    private static boolean succeeds(List<String> way, String command) {
        List<String> words = new ArrayList<>(way);
        words.addAll(List.of(command.split(" ")));
        try {
            return run(words).exitCode == 0;
        } catch (IOException e) {
            // There is no such program.
            return false;
        }
    }

    /// Runs this very command there, with `arguments`, and prints what it prints; its exit code.
    static int run(List<String> wayIn, PrintWriter out, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(wayIn);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=dev.overlapped",
            "-p", System.getProperty("jdk.module.path"), "-m", "dev.overlapped.cli/dev.overlapped.cli.Main"));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(line);
                out.flush();
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    /// Does something to the network of this process.
    static void does(String command) throws IOException {
        Ended ended = run(List.of(command.split(" ")));
        if (ended.exitCode != 0) {
            throw new RunFailedException(command + " failed: " + ended.said);
        }
    }

    private record Ended(int exitCode, String said) {
    }

    private static Ended run(List<String> words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), said.strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted");
        }
    }
}
