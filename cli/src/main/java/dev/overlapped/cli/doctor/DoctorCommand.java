package dev.overlapped.cli.doctor;

import dev.overlapped.cli.terminal.JsonLine;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Says what this machine allows, line by line, and what to do where that is little.
@Command(name = "doctor",
    description = {
        "Say what this machine allows the library, and what to do where that is little.",
        "Each line is 'ok' or 'limited'; below a limited one stands what to do. The exit code is 0 whatever "
            + "is found."
    })
public final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one line of JSON instead.")
    private boolean json;

    private DoctorCommand() {
    }

    @Override
    public Integer call() {
        List<Finding> findings = new Machine().findings();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonLine line = new JsonLine();
            for (Finding each : findings) {
                line.add(each.name(), each.isOk() ? "ok" : "limited").add(each.name() + "_is", each.is());
                if (!each.isOk()) {
                    line.add(each.name() + "_advice", each.advice());
                }
            }
            out.println(line);
        } else {
            for (Finding each : findings) {
                out.printf("%-8s %-14s %s%n", each.isOk() ? "ok" : "limited", each.name(), each.is());
                if (!each.isOk()) {
                    out.printf("%-8s %-14s -> %s%n", "", "", each.advice());
                }
            }
        }
        out.flush();
        return ExitCode.OK;
    }
}
