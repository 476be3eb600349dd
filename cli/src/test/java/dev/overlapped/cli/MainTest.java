package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "nonsense",
        "demo --port x",
        "demo --port 65536",
        "demo --nonsense",
        "example --port 0",
        "send --port 1 --count 1",
        "send --port -1 --count 1 --size 1",
        "send --port 1 --count 0 --size 1",
        "send --port 1 --count 1 --size 0",
        "send --port 1 --count 1 --size 1 --depth 0",
        "send --port 1 --count 1 --size 1 --depth 65537",
        "send --port 1 --count 1 --size 67108864 --depth 65536",
        "send --port 1 --count 1 --size 1 --wait sleep",
        "drain",
        "drain --connect localhost",
        "drain --connect localhost:0",
        "echo",
        "echo --port 1 --wait never",
        "echo --port 1 --wait virtual",
        "echo --port 1 --wait event --api idiomatic",
        "example --api other",
        "doctor --port 1",
        "echo --port 1 --buffer 0",
        "load --connect localhost:1 --connections 1 --size 1",
        "load --connect localhost:1 --connections 0 --size 1 --seconds 1",
        "load --connect localhost:1 --connections 1 --size 0 --seconds 1",
        "load --connect localhost:1 --connections 1 --size 1 --seconds 0",
        "load --connect localhost:1 --connections 1 --size 1 --seconds NaN",
        "load --connect localhost:1 --connections 1 --size 1 --seconds 1 --warmup -1",
    })
    void aMistakeInTheUsageIsOneLineAndExitCode2(String arguments) {
        RunningCommand command = RunningCommand.run(arguments.split(" ", -1));

        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).singleElement().asString().startsWith("overlapped").contains("--help");
        assertThat(command.out()).isEmpty();
    }

    @Test
    void withoutACommandTheUsageIsShown() {
        RunningCommand command = RunningCommand.run(new String[] {"--"});

        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(String.join("\n", command.err())).contains("Usage: overlapped").contains("Commands:");
    }

    @Test
    void everyCommandHasHelp() {
        for (CommandLine subcommand : Main.commandLine().getSubcommands().values()) {
            String name = subcommand.getCommandName();

            RunningCommand command = RunningCommand.run(name, "--help");

            assertThat(command.exitCode()).as(name).isZero();
            assertThat(command.out().getFirst()).startsWith("Usage: overlapped " + name);
            assertThat(subcommand.getCommandSpec().options()).as(name)
                .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
        }
    }

    @Test
    void theVersionIsShown() {
        RunningCommand command = RunningCommand.run("--version");

        assertThat(command.exitCode()).isZero();
        assertThat(command.out()).singleElement().asString().startsWith("overlapped ");
    }

    @Test
    void aFailedRunIsOneLineAndExitCode1() {
        RunningCommand command = RunningCommand.run("echo", "--port", "0", "--bind", "no.such.host.invalid");

        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.err()).singleElement().asString()
            .startsWith("overlapped echo: ").contains("no.such.host.invalid");
    }
}
