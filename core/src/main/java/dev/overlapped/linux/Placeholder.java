package dev.overlapped.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/// PLACEHOLDER: one restricted call, to see that native access is enabled. Delete with the first real class.
final class Placeholder {
    private Placeholder() {
    }

    @SuppressWarnings("restricted")
    static int processId() {
        var linker = Linker.nativeLinker();
        var getpid = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getpid"), FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try {
            return (int) getpid.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
