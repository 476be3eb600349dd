package dev.overlapped.bench.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/// Where and with what was measured, for the report.
public final class Machine {
    private Machine() {
    }

    /// Names and values, in an order to be read in.
    public static Map<String, String> description() {
        Map<String, String> all = new LinkedHashMap<>();
        Properties versions = versions();
        all.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        all.put("CPU", cpu());
        all.put("CPUs", Integer.toString(Runtime.getRuntime().availableProcessors()));
        all.put("kernel", System.getProperty("os.name") + ' ' + System.getProperty("os.version"));
        all.put("load average", read(Path.of("/proc/loadavg")).strip());
        all.put("JDK", System.getProperty("java.vendor.version") + ' '
            + System.getProperty("java.runtime.version"));
        all.put("VM options", String.join(" ", Commands.JAVA_OPTIONS));
        all.put("Overlapped", versions.getProperty("overlapped"));
        all.put("Netty", versions.getProperty("netty"));
        return all;
    }

    private static String cpu() {
        return read(Path.of("/proc/cpuinfo")).lines().filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst()
            .orElse(System.getProperty("os.arch"));
    }

    private static Properties versions() {
        Properties versions = new Properties();
        String resource = "/dev/overlapped/bench/versions.properties";
        try (InputStream in = Machine.class.getResourceAsStream(resource)) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            return "unknown";
        }
    }
}
