package dev.overlapped.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// PLACEHOLDER: just enough of a command to start.
@Command(name = "overlapped", mixinStandardHelpOptions = true, version = "0.1.0-SNAPSHOT")
final class Main implements Runnable {
    private Main() {
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
