package dev.overlapped.trust.fuzz;

import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.trust.fuzz.Documented.EntryPoint;
import dev.overlapped.winsock2.Winerror;
import dev.overlapped.winsock2.Winsock2;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/// Every function of the faithful API, found by reflection, and how each call of one is judged.
final class WinsockCalls {
    static final Documented DOCUMENTED = new Documented("winsock2.txt");
    /// In an order that does not depend on the machine, since bytes choose among them.
    static final List<Method> FUNCTIONS = PublicClasses.besides(Winsock2.class).stream()
            .flatMap(each -> Arrays.stream(each.getMethods()))
            .filter(each -> Modifier.isStatic(each.getModifiers()))
            .sorted(Comparator.comparing(Method::getName)).toList();

    /// These tell of a failure by more than its code.
    private static final Set<Integer> TELLING = Set.of(Winerror.WSAEMSGSIZE, Winerror.WSA_IO_PENDING);
    /// What the thread's last error is before a call.
    private static final int NO_CODE = 4711;
    private static final int LINGER_BYTES = 4;
    private static final int SHOWN_MAX = 4;
    /// Milliseconds that a wait takes at most if nothing but its time can end it.
    private static final int TIMEOUT_MS_MAX = 3;

    private final WinsockValues values;
    private final Handles handles;

    WinsockCalls(WinsockValues values, Handles handles) {
        this.values = values;
        this.handles = handles;
    }

    /// Calls a function with values for its parameters; says which, and how it ended.
    String call(Choices choices) {
        Method function = FUNCTIONS.get(choices.below(FUNCTIONS.size()));
        if (DOCUMENTED.of(function.getName()).isRare() && !choices.oneIn(8)) {
            function = FUNCTIONS.get(choices.below(FUNCTIONS.size()));
        }
        EntryPoint entry = DOCUMENTED.of(function.getName());
        List<Object> arguments = new ArrayList<>();
        IntPredicate isWild = choices.wildness(entry.takes().size());
        for (String taken : entry.takes()) {
            choices.wild(isWild.test(arguments.size()));
            arguments.add(values.of(taken).value(choices, arguments));
        }
        bound(function.getName(), arguments);
        String call = function.getName() + describe(arguments);
        try {
            return call + judge(entry, function, arguments);
        } catch (AssertionError e) {
            throw new AssertionError(call + ": " + e.getMessage(), e);
        }
    }

    /// Nothing is to wait that nobody can end, and a closed socket lingers for a second at most.
    private static void bound(String function, List<Object> arguments) {
        int time = function.equals("SleepEx") ? 0 : function.equals("WSAWaitForMultipleEvents") ? 3 : -1;
        if (time >= 0 && !(boolean) arguments.getLast()) {
            arguments.set(time, Math.clamp((int) arguments.get(time), 0, TIMEOUT_MS_MAX));
        }
        if (function.equals("setsockopt") && (int) arguments.get(2) == SO_LINGER
                && arguments.get(3) instanceof MemorySegment memory && memory.byteSize() >= LINGER_BYTES) {
            MemorySegment second = MemorySegment.ofArray(new byte[LINGER_BYTES]);
            second.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            second.set(ValueLayout.JAVA_BYTE, 2, (byte) (memory.byteSize() & 1));
            arguments.set(3, second);
        }
    }

    private String judge(EntryPoint entry, Method function, List<Object> arguments) {
        List<String> before = arguments.stream().map(WinsockCalls::written).toList();
        WSASetLastError(NO_CODE);
        Object result = invoke(function, arguments);
        int lastError = WSAGetLastError();
        if (result instanceof Long handle) {
            handles.made(function.getName(), handle);
        }
        boolean failed = fails(entry, result);
        int code = entry.fails().equals("code") ? ((Number) result).intValue() : lastError;
        if (!failed) {
            check(entry.keeps() || lastError == 0, "succeeded, and the last error is " + lastError);
            Outcomes.count(function.getName(), Outcomes.SUCCESS);
            return " = " + result;
        }
        boolean begins = code == Winerror.WSA_IO_PENDING;
        Outcomes.count(function.getName(), begins ? Outcomes.SUCCESS : Documented.name(code));
        check(entry.codes().contains(code), "failed with " + Documented.name(code)
                + ", which is not documented");
        if (!TELLING.contains(code) && !function.getName().equals("WSAStartup")) {
            List<String> after = arguments.stream().map(WinsockCalls::written).toList();
            check(before.equals(after), "failed with " + Documented.name(code) + " and has written " + after);
        }
        return " = " + result + ", " + Documented.name(code);
    }

    private static Object invoke(Method function, List<Object> arguments) {
        try {
            return function.invoke(null, arguments.toArray());
        } catch (InvocationTargetException e) {
            throw new AssertionError("threw " + e.getCause(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static boolean fails(EntryPoint entry, Object result) {
        return switch (entry.fails()) {
            case "never" -> false;
            case "false" -> Boolean.FALSE.equals(result);
            case "code" -> ((Number) result).intValue() != 0;
            default -> ((Number) result).longValue() == Long.parseLong(entry.fails());
        };
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /// What an out-parameter holds; nothing for other parameters.
    private static String written(Object argument) {
        return switch (argument) {
            case DWORD number -> Integer.toString(number.value);
            case SOCKADDR address -> Addresses.describe(address);
            case null, default -> "";
        };
    }

    private static String describe(List<Object> arguments) {
        return "(" + String.join(", ", arguments.stream().map(WinsockCalls::describe).toList()) + ")";
    }

    private static String describe(Object argument) {
        return switch (argument) {
            case DWORD number -> "DWORD(" + number.value + ")";
            case SOCKADDR address -> Addresses.describe(address);
            case WSABUF buffer -> "{" + describe(buffer.buf) + ", " + buffer.len + "}";
            case WSABUF[] buffers -> Arrays.stream(buffers).limit(SHOWN_MAX).map(WinsockCalls::describe)
                    .toList() + " of " + buffers.length;
            case WSAOVERLAPPED overlapped -> "OVERLAPPED@"
                    + Integer.toHexString(System.identityHashCode(overlapped))
                    + "(" + Long.toHexString(overlapped.Internal) + ", event " + overlapped.hEvent + ")";
            case MemorySegment memory -> (memory.isNative() ? "native " : "heap ") + (memory.isReadOnly()
                    ? "const " : "")
                    + memory.byteSize();
            case String text -> '"' + text.substring(0, Math.min(20, text.length())) + '"';
            case long[] array -> Arrays.toString(array);
            case null -> "null";
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> argument.getClass().getSimpleName();
        };
    }
}
