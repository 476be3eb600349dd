package dev.overlapped.trust.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The tables of entry points have each of them, with what it takes; a new one without that fails here.
class EntryPointsTest {
    @Test
    void everyFunctionIsInTheTableWithAGeneratorForEachParameter() {
        WinsockValues values = new WinsockValues(new Handles(), null, null, null);
        for (Method function : WinsockCalls.FUNCTIONS) {
            Documented.EntryPoint entry = WinsockCalls.DOCUMENTED.of(function.getName());
            assertThat(entry).as(function.getName()).isNotNull();
            assertThat(entry.takes()).as(function.getName()).hasSize(function.getParameterCount())
                    .allSatisfy(name -> assertThat(values.of(name)).as(name).isNotNull());
        }
        Set<String> names = WinsockCalls.FUNCTIONS.stream().map(Method::getName).collect(Collectors.toSet());
        assertThat(names).contains("WSASend", "getaddrinfo", "AcceptEx", "CancelIoEx", "SleepEx");
        assertThat(WinsockCalls.DOCUMENTED.names()).isEqualTo(names).hasSameSizeAs(WinsockCalls.FUNCTIONS);
    }

    @Test
    void everyPublicMethodIsInTheTableAndItsParametersHaveGenerators() {
        SocketValues values = new SocketValues(new Memories(), null, null);
        for (Executable each : SocketCalls.ENTRY_POINTS) {
            assertThat(SocketCalls.DOCUMENTED.of(SocketCalls.name(each))).as(each.toString()).isNotNull();
            assertThat(each.getParameterTypes()).as(each.toString()).allMatch(values::has);
            assertThat(Modifier.isStatic(each.getModifiers()) || values.has(each.getDeclaringClass()))
                    .as("an object to call " + each + " on").isTrue();
        }
        Set<String> names = SocketCalls.ENTRY_POINTS.stream().map(SocketCalls::name)
                .collect(Collectors.toSet());
        assertThat(names).contains("OverlappedSocket.send", "Overlapped.await", "BufferPool.new");
        assertThat(SocketCalls.DOCUMENTED.names()).isEqualTo(names);
    }
}
