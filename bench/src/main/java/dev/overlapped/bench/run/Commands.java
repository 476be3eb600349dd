package dev.overlapped.bench.run;

import dev.overlapped.bench.load.LoadKind;
import dev.overlapped.bench.load.LoadMain;
import dev.overlapped.bench.process.CPrograms;
import dev.overlapped.bench.process.RunFailedException;
import dev.overlapped.bench.process.Tools;
import dev.overlapped.bench.server.ServerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How processes are started: every VM with the same options, on the class path of this one.
public final class Commands {
    /// The options of every VM. One carrier for virtual threads, as the others have one thread; and Netty
    /// may use the memory access that it was written for, which JDK 25 asks to be allowed.
    public static final List<String> JAVA_OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseG1GC",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
        "-Djdk.virtualThreadScheduler.parallelism=1");

    private final Path directory;
    private final List<String> javaOptions;
    private final CPrograms programs;

    /// Files go to `directory`.
    Commands(Path directory, List<String> javaOptions) {
        this.directory = directory;
        this.javaOptions = javaOptions;
        this.programs = new CPrograms(directory);
    }

    List<String> server(Peer peer, Workload workload) throws IOException, RunFailedException,
            InterruptedException {
        List<String> command = pinned(workload);
        if (peer.isJava()) {
            command.addAll(java());
            if (workload.kind() == LoadKind.IDLE) {
                command.add("-XX:NativeMemoryTracking=summary");
            }
            command.add(ServerMain.class.getName());
            command.add(peer.id());
        } else {
            command.add(programs.program(program(peer, workload)).toString());
        }
        command.addAll(workload.server().words());
        return command;
    }

    private static String program(Peer peer, Workload workload) {
        if (workload.kind() == LoadKind.DATAGRAM) {
            return "datagram";
        }
        return peer == Peer.C_EPOLL ? "epoll" : "blocking";
    }

    List<String> load(Workload workload) throws IOException {
        List<String> command = pinned(workload);
        command.addAll(java());
        command.add(LoadMain.class.getName());
        return command;
    }

    /// A file of that name, which nobody needs for long.
    Path file(String name) {
        return directory.resolve(name);
    }

    private List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        command.addAll(javaOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        return command;
    }

    private static List<String> pinned(Workload workload) throws IOException {
        List<String> command = new ArrayList<>();
        if (workload.pinned() && Tools.find("taskset").isPresent()) {
            command.addAll(List.of("taskset", "-c", Tools.lastCpu()));
        }
        return command;
    }
}
