package dev.overlapped.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessSampleTest {
    @Test
    void aProcessUsesTimeAndMemory() throws IOException {
        ProcessSample sample = ProcessSample.of(ProcessHandle.current().pid());
        assertThat(sample.cpuNanos()).isPositive();
        assertThat(sample.residentBytes()).isGreaterThan(1 << 20);
        assertThat(sample.waits()).isPositive();
    }

    @Test
    void onlyAVirtualMachineCompiles() throws Exception {
        assertThat(ProcessSample.compilerNanos(ProcessHandle.current().pid())).isPositive();
        Process other = new ProcessBuilder("cat").start();
        assertThat(ProcessSample.compilerNanos(other.pid())).isZero();
        other.getOutputStream().close();
        other.waitFor();
    }

    @Test
    void figuresSurviveBeingWrittenInALine() {
        Figures figures = new Figures().put(Metric.RATE, 12.5).put(Metric.CPU, 7000);
        assertThat(Figures.parse(figures.line()).all()).isEqualTo(figures.all());
        assertThat(Figures.parse("").all()).isEmpty();
    }
}
