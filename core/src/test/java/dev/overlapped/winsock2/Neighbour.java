package dev.overlapped.winsock2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;

/// Another network namespace, and a shell in it that does what it is told. It ends with its input, so also
/// when this JVM ends, and takes its end of the links along.
final class Neighbour implements AutoCloseable {
    private static final String DONE = "done ";

    private final Process shell;
    private final PrintStream orders;
    private final BufferedReader answers;

    Neighbour() {
        try {
            shell = new ProcessBuilder("unshare", "--net", "bash").redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        orders = new PrintStream(shell.getOutputStream(), true, UTF_8);
        answers = new BufferedReader(new InputStreamReader(shell.getInputStream(), UTF_8));
        does("ip link set lo up");
    }

    /// Runs a command of the shell there, and waits for its success.
    void does(String command) {
        orders.println(command + "; echo \"" + DONE + "$?\"");
        StringBuilder said = new StringBuilder();
        try {
            String line = answers.readLine();
            while (line != null && !line.startsWith(DONE)) {
                said.append(line).append('\n');
                line = answers.readLine();
            }
            assertThat(line).as("%s: %s", command, said).isEqualTo(DONE + 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Links this JVM's namespace with it: `link` here with `address`, `otherLink` there with `otherAddress`.
    void link(String link, String address, String otherLink, String otherAddress) {
        here("ip link add " + link + " type veth peer name " + otherLink + " netns " + shell.pid());
        here("ip addr add " + address + " dev " + link);
        here("ip link set " + link + " up");
        up(otherLink, otherAddress);
    }

    /// Links it with `other`, by `link` here and `otherLink` there.
    void link(Neighbour other, String link, String address, String otherLink, String otherAddress) {
        does("ip link add " + link + " type veth peer name " + otherLink + " netns " + other.shell.pid());
        up(link, address);
        other.up(otherLink, otherAddress);
    }

    private void up(String link, String address) {
        does("ip addr add " + address + " dev " + link);
        does("ip link set " + link + " up");
    }

    /// Runs a command in this JVM's own namespace.
    static void here(String command) {
        here(command.split(" "));
    }

    /// The same for one whose words have blanks in them.
    static void here(String... words) {
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as("%s: %s", List.of(words), said).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("the test itself was interrupted", e);
        }
    }

    @Override
    public void close() {
        orders.close();
        try {
            shell.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError("the test itself was interrupted", e);
        }
    }
}
