package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/// PLACEHOLDER: shows that tests of the command run as part of its module.
class PlaceholderTest {
    @Test
    void theCommandHasAName() {
        assertThat(Main.class.getAnnotation(Command.class).name()).isEqualTo("overlapped");
        assertThat(Main.class.getModule().getName()).isEqualTo("dev.overlapped.cli");
    }
}
