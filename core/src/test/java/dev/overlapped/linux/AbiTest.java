package dev.overlapped.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.ReadyEvents;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every offset, size and number of this package against the C headers, whose answers are in tables that
/// src/test/abi/generate wrote. Neither side may name anything that the other does not.
class AbiTest {
    private static final Map<Class<?>, String> STRUCTS = Map.of(
            Msghdr.class, "msghdr",
            Iovec.class, "iovec",
            Sockaddr.In.class, "sockaddr_in",
            Sockaddr.In6.class, "sockaddr_in6",
            Sockaddr.Un.class, "sockaddr_un",
            Itimerspec.class, "itimerspec",
            TcpInfo.class, "tcp_info",
            Addrinfo.class, "addrinfo",
            ErrorQueue.Cmsghdr.class, "cmsghdr",
            ErrorQueue.SockExtendedErr.class, "sock_extended_err");

    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void everyConstantIsWhatTheHeadersSay(String architecture) throws Exception {
        assertThat(library(architecture)).containsExactlyEntriesOf(headers(architecture));
    }

    @Test
    void theRunningMachineHasOneOfTheTwoLayouts() throws Exception {
        String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
        Map<String, Long> headers = headers(architecture);
        assertThat(EpollEvent.NATIVE.size()).isEqualTo(headers.get("size.epoll_event").intValue());
        assertThat(EpollEvent.NATIVE.dataOffset())
                .isEqualTo(headers.get("offset.epoll_event.data").intValue());
    }

    @Test
    void theFlagsOfTheSeamAreTheKernels() {
        assertThat(MessageFlags.OUT_OF_BAND).isEqualTo(Constants.MSG_OOB);
        assertThat(MessageFlags.PEEK).isEqualTo(Constants.MSG_PEEK);
        assertThat(MessageFlags.DONT_ROUTE).isEqualTo(Constants.MSG_DONTROUTE);
    }

    @Test
    void scratchMemoryHasRoomForWhatCallsLeaveThere() {
        assertThat(Scratch.EVENTS_MAX).isEqualTo(ReadyEvents.EVENTS_MAX);
        assertThat((long) Scratch.OPTION_BYTES).isGreaterThan(TcpInfo.TCPI_NOTSENT_BYTES + Integer.BYTES);
    }

    private static Map<String, Long> headers(String architecture) throws IOException {
        Properties table = new Properties();
        try (InputStream in = AbiTest.class.getResourceAsStream("/abi/" + architecture + ".properties")) {
            table.load(in);
        }
        Map<String, Long> values = new TreeMap<>();
        table.forEach((name, value) -> values.put((String) name, Long.valueOf((String) value)));
        return values;
    }

    private static Map<String, Long> library(String architecture) throws IllegalAccessException {
        Map<String, Long> values = new TreeMap<>();
        for (Map.Entry<Class<?>, String> struct : STRUCTS.entrySet()) {
            for (Field field : constants(struct.getKey())) {
                values.put(layoutKey(struct.getValue(), field.getName()), field.getLong(null));
            }
        }
        for (Field field : constants(Constants.class)) {
            String name = field.getName().equals("SYS_PIDFD_OPEN") ? "SYS_pidfd_open" : field.getName();
            values.put("constant." + name, field.getLong(null));
        }
        for (Field field : constants(Errno.class)) {
            values.put("errno." + field.getName(), field.getLong(null));
        }
        EpollEvent event = EpollEvent.of(architecture);
        values.put("size.epoll_event", (long) event.size());
        values.put("offset.epoll_event.events", EpollEvent.EVENTS);
        values.put("offset.epoll_event.data", (long) event.dataOffset());
        values.put("size.sockaddr_storage", (long) Scratch.ADDRESS_BYTES);
        values.put("size.timespec", Itimerspec.IT_VALUE - Itimerspec.IT_INTERVAL);
        values.put("constant.IOV_MAX", (long) Message.PIECES_MAX);
        return values;
    }

    private static String layoutKey(String struct, String constant) {
        if (constant.equals("SIZE")) {
            return "size." + struct;
        }
        String owner = constant.startsWith("TV_") ? "timespec" : struct;
        return "offset." + owner + "." + constant.toLowerCase(Locale.ROOT);
    }

    /// The constants that a class shows beyond itself; private ones are its own affair.
    private static Iterable<Field> constants(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType().isPrimitive())
                .filter(field -> !Modifier.isPrivate(field.getModifiers()))
                .peek(field -> field.setAccessible(true))
                .toList();
    }
}
