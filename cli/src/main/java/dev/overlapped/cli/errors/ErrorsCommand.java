package dev.overlapped.cli.errors;

import dev.overlapped.cli.terminal.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Makes each error of the WSASend page happen, and shows that `WSASend` says so.
@Command(name = "errors",
    description = {
        "Make each error of the WSASend page happen for real, none of them injected.",
        "Some need a network that may be broken: a network namespace, which takes root on most machines,",
        "and the programs unshare, ip and tc. The network of the machine is left alone."
    })
public final class ErrorsCommand implements Callable<Integer> {
    private static final String IN_OWN_NETWORK = "--in-own-network";

    @Spec
    private CommandSpec spec;

    @Option(names = IN_OWN_NETWORK, hidden = true,
        description = "The network is this process's own, and may be broken.")
    private boolean inOwnNetwork;

    /// Made by picocli.
    public ErrorsCommand() {
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (inOwnNetwork) {
            OwnNetwork.does("ip link set lo up");
            return makeAll(out, true);
        }
        List<String> wayIn = OwnNetwork.wayIn();
        return wayIn.isEmpty() ? makeAll(out, false)
            : OwnNetwork.run(wayIn, out, "errors", IN_OWN_NETWORK);
    }

    private static int makeAll(PrintWriter out, boolean mayBreakNetwork) {
        int wrong = 0;
        int left = 0;
        for (Condition condition : Conditions.all()) {
            String verdict = "needs root";
            if (condition.breaksNetwork() && !mayBreakNetwork) {
                left++;
            } else {
                int code = codeOf(condition);
                verdict = code == condition.code() ? "OK" : "wrong: " + code;
                wrong += code == condition.code() ? 0 : 1;
            }
            out.printf("%-5d %-21s %s: %s%n", condition.code(), condition.name(), condition.how(), verdict);
            out.flush();
        }
        if (left > 0) {
            out.printf("%d of them need a network of their own to break: run this as root.%n", left);
        }
        out.flush();
        if (wrong > 0) {
            throw new RunFailedException(wrong + " errors did not come as the page has them");
        }
        return 0;
    }

    private static int codeOf(Condition condition) {
        try {
            return condition.cause().call();
        } catch (RunFailedException e) {
            throw e;
        } catch (Exception e) {
            throw new RunFailedException(condition.name() + ": " + e.getMessage());
        }
    }
}
