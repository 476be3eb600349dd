package dev.overlapped.trust.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/// What the process has at a moment when nothing is under way.
///
/// @param nativeKb what arenas and buffers hold, if the JVM keeps account of it
///                 (-XX:NativeMemoryTracking=summary), or 0
record Footprint(long descriptors, long threads, long residentKb, long nativeKb) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
    /// The heap breathes, and this shows a leak of many minutes only. What is native is counted apart.
    private static final long RESIDENT_SLACK_KB = 256 << 10;
    private static final long NATIVE_SLACK_KB = 512;

    /// Of this moment, after a collection.
    static Footprint now() {
        System.gc();
        return new Footprint(descriptorsNow(), threadsNow(), residentNow(), nativeNow());
    }

    static long descriptorsNow() {
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Without the JVM's workers, which come and go as it likes.
    static long threadsNow() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> !each.getName().startsWith("ForkJoinPool")).count();
    }

    private static long residentNow() {
        try {
            return firstNumber(RESIDENT, Files.readString(STATUS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long nativeNow() {
        try {
            Object summary = ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                    new Object[] {new String[] {"summary"}}, new String[] {String[].class.getName()});
            return firstNumber(OTHER, (String) summary);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long firstNumber(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    /// The same with another one's resident memory.
    Footprint withMemoryOf(Footprint later) {
        return new Footprint(descriptors, threads, later.residentKb, nativeKb);
    }

    /// Whether something has come back since `before`.
    boolean isLessThan(Footprint before) {
        return descriptors < before.descriptors || threads < before.threads || nativeKb < before.nativeKb;
    }

    /// What is more than it was at `start`, each in a sentence.
    List<String> leaksSince(Footprint start) {
        List<String> leaks = new ArrayList<>();
        more(leaks, "descriptors", descriptors, start.descriptors, 0);
        more(leaks, "threads", threads, start.threads, 0);
        more(leaks, "KB of resident memory", residentKb, start.residentKb, RESIDENT_SLACK_KB);
        more(leaks, "KB of native memory", nativeKb, start.nativeKb, NATIVE_SLACK_KB);
        return leaks;
    }

    private static void more(List<String> leaks, String what, long now, long before, long slack) {
        if (now > before + slack) {
            leaks.add("leak: " + now + " " + what + ", at the start " + before);
        }
    }
}
