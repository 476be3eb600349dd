package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The doctor in a process of its own, whose limits a shell has set.
class DoctorTest {
    private static final List<String> THINGS = List.of("jdk", "kernel", "architecture", "native-access",
        "descriptors", "memlock", "seccomp", "io_uring", "provider");

    @Test
    void everyLineIsOkOrSaysWhatToDo() throws Exception {
        List<String> lines = run("true");

        List<String> things = lines.stream().filter(line -> !line.startsWith(" ")).toList();
        assertThat(things).hasSameSizeAs(THINGS);
        for (int i = 0; i < THINGS.size(); i++) {
            assertThat(things.get(i)).matches("(ok|limited) +" + THINGS.get(i) + " +\\S.*");
            assertThat(lines.get(Math.min(lines.indexOf(things.get(i)) + 1, lines.size() - 1)).contains("->"))
                .isEqualTo(things.get(i).startsWith("limited"));
        }
        assertThat(things.getLast()).startsWith("ok").contains("epoll");
    }

    @Test
    void aLowLimitOfDescriptorsIsNamedWithItsRemedy() throws Exception {
        List<String> lines = run("ulimit -n 200");

        int at = lines.indexOf(lines.stream().filter(line -> line.contains("descriptors")).findFirst().get());
        assertThat(lines.get(at)).startsWith("limited").contains("200");
        assertThat(lines.get(at + 1)).contains("ulimit -n 65536");
    }

    @Test
    void theSameIsThereAsJson() {
        RunningCommand doctor = RunningCommand.run("doctor", "--json");

        assertThat(doctor.exitCode()).isZero();
        assertThat(doctor.out()).hasSize(1);
        for (String thing : THINGS) {
            assertThat(doctor.json(thing)).isIn("ok", "limited");
            assertThat(doctor.json(thing + "_is")).isNotEmpty();
        }
    }

    private static List<String> run(String before) throws IOException, InterruptedException {
        String path = System.getProperty("jdk.module.path", "") + ":" + System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of("sh", "-c", before + "; exec \"$@\"", "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", path, Main.class.getName(), "doctor"));
        Process doctor = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = doctor.inputReader().lines().toList();
        assertThat(doctor.waitFor()).isZero();
        return lines;
    }
}
