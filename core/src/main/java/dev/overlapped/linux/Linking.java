package dev.overlapped.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The one place where downcall handles are made. Every handle takes, before the arguments of the C function,
/// the segment that errno is captured into within the same downcall: between two downcalls the JVM itself may
/// change it.
final class Linking {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CAPTURED.byteOffset(PathElement.groupElement("errno"));

    /// The bytes that a capture of errno needs.
    static final long ERRNO_SIZE = CAPTURED.byteSize();

    private Linking() {
    }

    /// A handle of the C function `name`. Handles of equal shape share what is expensive about the first one.
    @SuppressWarnings("restricted")
    static MethodHandle function(String name, FunctionDescriptor shape) {
        return LINKER.downcallHandle(symbol(name), shape, CAPTURE_ERRNO);
    }

    /// A handle of a function with `...` in its C declaration, `fixedArguments` standing before it.
    @SuppressWarnings("restricted")
    static MethodHandle variadic(String name, FunctionDescriptor shape, int fixedArguments) {
        return LINKER.downcallHandle(symbol(name), shape, CAPTURE_ERRNO,
                Linker.Option.firstVariadicArg(fixedArguments));
    }

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().find(name).orElseThrow(() -> new UnsatisfiedLinkError(name));
    }

    /// Whether this C library has the function at all.
    static boolean exists(String name) {
        return LINKER.defaultLookup().find(name).isPresent();
    }

    /// The errno that the last failed call with this segment left in it.
    static int errno(MemorySegment captured) {
        return captured.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /// What a call's catch clause throws: a closed or foreign argument is the caller's business and passes
    /// unchanged, and handles throw nothing checked.
    static RuntimeException rethrown(Throwable thrown) {
        if (thrown instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalCallerException(thrown);
    }
}
