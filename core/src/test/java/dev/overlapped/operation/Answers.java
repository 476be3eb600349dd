package dev.overlapped.operation;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// A network that answers each call with the next of some results, and keeps what it was asked.
final class Answers {
    /// The arguments of each call, its name first.
    private final List<List<Object>> calls = new ArrayList<>();
    private final Deque<Number> results = new ArrayDeque<>();
    /// What the buffers of the latest call had in them, as text.
    private final StringBuilder text = new StringBuilder();

    /// Each a count or `-errno`, of the type that the call returns.
    Answers(Number... results) {
        this.results.addAll(List.of(results));
    }

    TransportProvider provider() {
        return (TransportProvider) Proxy.newProxyInstance(TransportProvider.class.getClassLoader(),
                new Class<?>[] {TransportProvider.class}, (_, method, arguments) -> {
                    List<Object> call = new ArrayList<>();
                    call.add(method.getName());
                    call.addAll(Arrays.asList(arguments));
                    calls.add(call);
                    read(arguments);
                    return results.removeFirst();
                });
    }

    private void read(Object[] arguments) {
        text.setLength(0);
        for (Object argument : arguments) {
            if (argument instanceof BufferList buffers) {
                for (int i = 0; i < buffers.pieces(); i++) {
                    byte[] piece = buffers.segment(i).asSlice(buffers.start(i), buffers.length(i))
                            .toArray(ValueLayout.JAVA_BYTE);
                    text.append(new String(piece, StandardCharsets.US_ASCII));
                }
            }
        }
    }

    String text() {
        return text.toString();
    }

    /// The arguments of the latest call, its name first.
    List<Object> last() {
        return calls.getLast();
    }
}
