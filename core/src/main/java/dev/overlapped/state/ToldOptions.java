package dev.overlapped.state;

import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;

/// What a program has set of a socket's options, as the provider was told, so that another descriptor can be
/// told the same. Guarded by the socket's monitor.
final class ToldOptions {
    /// Null: nothing yet, as with most sockets.
    private EnumMap<SocketOptionName, int[]> values;

    void add(SocketOptionName option, int[] value) {
        values = values != null ? values : new EnumMap<>(SocketOptionName.class);
        values.put(option, value);
    }

    boolean has(SocketOptionName option) {
        return values != null && values.containsKey(option);
    }

    /// Tells it all again, to `descriptor`.
    void repeat(TransportProvider provider, int descriptor) {
        if (values != null) {
            values.forEach((option, value) ->
                    provider.setOption(descriptor, option, MemorySegment.ofArray(value)));
        }
    }
}
