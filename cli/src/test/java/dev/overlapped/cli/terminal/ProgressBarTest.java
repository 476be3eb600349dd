package dev.overlapped.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressBarTest {
    @Test
    void growsFromNothingToAll() {
        assertThat(ProgressBar.line(0, 10)).isEqualTo("[------------------------------]   0.0 %");
        assertThat(ProgressBar.line(5, 10)).isEqualTo("[###############---------------]  50.0 %");
        assertThat(ProgressBar.line(10, 10)).isEqualTo("[##############################] 100.0 %");
    }
}
