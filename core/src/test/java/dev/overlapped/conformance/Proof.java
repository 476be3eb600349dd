package dev.overlapped.conformance;

import static java.util.Comparator.comparing;

import java.lang.reflect.Method;
import java.util.Comparator;

/// A test, by the binary name of its class and the name of its method.
record Proof(String testClass, String method) implements Comparable<Proof> {
    private static final Comparator<Proof> ORDER = comparing(Proof::className).thenComparing(Proof::method)
            .thenComparing(Proof::testClass);

    static Proof of(Method method) {
        return new Proof(method.getDeclaringClass().getName(), method.getName());
    }

    /// As the source says it: without package, and with dots.
    String className() {
        return testClass.substring(testClass.lastIndexOf('.') + 1).replace('$', '.');
    }

    /// From the folder of test sources.
    String sourceFile() {
        int nested = testClass.indexOf('$');
        return (nested < 0 ? testClass : testClass.substring(0, nested)).replace('.', '/') + ".java";
    }

    @Override
    public int compareTo(Proof other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return className() + "." + method;
    }
}
