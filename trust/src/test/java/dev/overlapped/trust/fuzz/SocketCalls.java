package dev.overlapped.trust.fuzz;

import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.trust.fuzz.Documented.EntryPoint;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/// Every public method and constructor of the idiomatic API, found by reflection, and how each call of one is
/// judged: it may throw what its comment says, and NullPointerException for a null.
final class SocketCalls {
    static final Documented DOCUMENTED = new Documented("sockets.txt");
    /// In an order that does not depend on the machine, since bytes choose among them.
    static final List<Executable> ENTRY_POINTS = PublicClasses.besides(OverlappedSocket.class).stream()
            .flatMap(SocketCalls::entryPoints).sorted(Comparator.comparing(Executable::toString)).toList();

    private final SocketValues values;

    SocketCalls(SocketValues values) {
        this.values = values;
    }

    private static Stream<Executable> entryPoints(Class<?> of) {
        Stream<Executable> methods = Arrays.stream(of.getDeclaredMethods());
        return Stream.concat(methods, Arrays.stream(of.getDeclaredConstructors()))
                .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic());
    }

    /// As the table calls it: all of one name are one entry.
    static String name(Executable of) {
        String type = of.getDeclaringClass().getSimpleName();
        return of instanceof Constructor ? type + ".new" : type + "." + of.getName();
    }

    /// Calls an entry point with values for its parameters; says which, and how it ended.
    String call(Choices choices) {
        Executable chosen = ENTRY_POINTS.get(choices.below(ENTRY_POINTS.size()));
        if (DOCUMENTED.of(name(chosen)).isRare() && !choices.oneIn(4)) {
            chosen = ENTRY_POINTS.get(choices.below(ENTRY_POINTS.size()));
        }
        boolean isStatic = chosen instanceof Constructor || Modifier.isStatic(chosen.getModifiers());
        Object receiver = isStatic ? null : values.of(chosen.getDeclaringClass(), choices);
        if (!isStatic && receiver == null) {
            return "nothing to call " + name(chosen) + " on";
        }
        IntPredicate isWild = choices.wildness(chosen.getParameterCount());
        List<Object> arguments = new ArrayList<>();
        for (Class<?> type : chosen.getParameterTypes()) {
            choices.wild(isWild.test(arguments.size()));
            arguments.add(values.of(type, choices));
        }
        values.bound(receiver, name(chosen));
        String call = name(chosen) + describe(arguments) + (receiver == null ? "" : " on " + receiver);
        try {
            return call + judge(chosen, receiver, arguments);
        } catch (AssertionError e) {
            throw new AssertionError(call + ": " + e.getMessage(), e);
        }
    }

    private String judge(Executable called, Object receiver, List<Object> arguments) {
        EntryPoint entry = DOCUMENTED.of(name(called));
        try {
            Object result = called instanceof Method method ? method.invoke(receiver, arguments.toArray())
                    : ((Constructor<?>) called).newInstance(arguments.toArray());
            Outcomes.count(name(called), Outcomes.SUCCESS);
            values.made(result);
            return " = " + result;
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            Outcomes.count(name(called), thrown.getClass().getSimpleName());
            check(entry, thrown, arguments);
            return " threw " + thrown;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static void check(EntryPoint entry, Throwable thrown, List<Object> arguments) {
        boolean documented = switch (thrown) {
            case WinsockException failure -> entry.codes().contains(failure.code());
            case NullPointerException _ -> arguments.stream().anyMatch(SocketCalls::hasNull);
            default -> entry.thrown().contains(thrown.getClass().getSimpleName());
        };
        if (!documented) {
            throw new AssertionError("threw " + thrown + ", which is not documented", thrown);
        }
    }

    private static boolean hasNull(Object argument) {
        return argument == null || (argument instanceof Object[] array
                && Arrays.stream(array).anyMatch(SocketCalls::hasNull));
    }

    private static String describe(List<Object> arguments) {
        return "(" + String.join(", ", arguments.stream().map(SocketCalls::describe).toList()) + ")";
    }

    private static String describe(Object argument) {
        return switch (argument) {
            case ByteBuffer buffer -> (buffer.isDirect() ? "direct" : "heap") + (buffer.isReadOnly()
                    ? " const " : " ")
                    + buffer.remaining();
            case MemorySegment memory -> (memory.isNative() ? "native" : "heap") + (memory.isReadOnly()
                    ? " const " : " ")
                    + memory.byteSize();
            case Object[] array -> describe(Arrays.asList(array));
            case null -> "null";
            default -> argument.getClass().isSynthetic() ? "a lambda" : argument.toString();
        };
    }
}
