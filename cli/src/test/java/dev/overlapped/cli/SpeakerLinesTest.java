package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpeakerLinesTest {
    @Test
    void aLineIsPrintedWhenItIsWholeWithItsSpeaker() {
        StringWriter terminal = new StringWriter();
        List<String> heard = new ArrayList<>();
        SpeakerLines lines = new SpeakerLines(new PrintWriter(terminal), "server", heard::add);
        try (PrintWriter stdout = new PrintWriter(lines, true)) {
            stdout.printf("Wrote ");
            assertThat(terminal.toString()).isEmpty();
            stdout.printf("%d bytes\nand", 4096);
            assertThat(terminal.toString().lines()).containsExactly("server | Wrote 4096 bytes");
        }

        assertThat(terminal.toString().lines()).containsExactly("server | Wrote 4096 bytes", "server | and");
        assertThat(heard).containsExactly("Wrote 4096 bytes", "and");
    }
}
