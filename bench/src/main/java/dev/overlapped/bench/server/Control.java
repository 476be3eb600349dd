package dev.overlapped.bench.server;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// How whoever measures talks with a server: lines on its standard input, answers on its standard output.
/// The end of the input ends the server. The thread that reads sits in a blocking read, and so costs nothing
/// while it is not spoken to.
public final class Control {
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+\\w*, committed=(\\d+)KB");

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Control() {
    }

    /// Says that the server is ready, on which port.
    public static void listening(int port) {
        answer("listening on " + port);
    }

    /// Starts to listen to the standard input.
    static void start() {
        // Asked once beforehand, so that the first answer does not load classes in what is being measured.
        THREADS.getTotalThreadAllocatedBytes();
        Thread.ofPlatform().daemon().name("control").start(() -> {
            try (BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    obey(line);
                }
            } catch (IOException e) {
                answer("failed: " + e);
            }
            System.exit(0);
        });
    }

    private static void obey(String line) {
        switch (line) {
            // All threads' bytes, ended ones included: a peer's work may be done by any of them.
            case "allocated" -> answer("allocated " + THREADS.getTotalThreadAllocatedBytes());
            case "memory" -> answer("memory " + usedHeap() + " " + nativeMemory());
            default -> answer("failed: what is '" + line + "'?");
        }
    }

    private static long usedHeap() {
        // Twice: what is released by the first collection may hold what the second finds.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// Native memory that Java code has allocated: the VM counts it as "Other" if it was told to keep
    /// books; -1 without.
    private static long nativeMemory() {
        try {
            String summary = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                new Object[] {new String[] {"summary"}}, new String[] {String[].class.getName()});
            Matcher found = OTHER.matcher(summary);
            return found.find() ? Long.parseLong(found.group(1)) << 10 : -1;
        } catch (JMException e) {
            answer("failed: " + e);
            return -1;
        }
    }

    private static void answer(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
