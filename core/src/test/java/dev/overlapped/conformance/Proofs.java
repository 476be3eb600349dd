package dev.overlapped.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/// Which tests say that they prove which clause. Taken from the compiled classes, so that it is the same
/// whichever tests run.
///
/// @param tests the tests of each clause that one names, in order
/// @param misplaced what bears the annotation and is no test
record Proofs(SortedMap<String, SortedSet<Proof>> tests, List<String> misplaced) {
    private static final String CLASS_FILE = ".class";

    static Proofs ofThisModule() {
        Path classes = testClasses();
        try (Stream<Path> files = Files.walk(classes)) {
            return of(files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(CLASS_FILE))
                    .map(name -> name.substring(0, name.length() - CLASS_FILE.length()).replace('/', '.'))
                    .sorted()
                    .<Class<?>>map(Proofs::load)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Proofs of(List<Class<?>> classes) {
        var proofs = new Proofs(new TreeMap<>(), new ArrayList<>());
        for (Class<?> type : classes) {
            List<Method> tests = Stream.of(type.getDeclaredMethods())
                    .filter(method -> AnnotationSupport.isAnnotated(method, Testable.class)).toList();
            proofs.add(type.getAnnotation(Clause.class), tests, type.getName());
            for (Method method : type.getDeclaredMethods()) {
                proofs.add(method.getAnnotation(Clause.class), tests.contains(method) ? List.of(method)
                        : List.of(), Proof.of(method).toString());
            }
        }
        return proofs;
    }

    private void add(Clause clause, List<Method> methods, String bearer) {
        if (clause == null) {
            return;
        }
        if (methods.isEmpty()) {
            misplaced.add(bearer);
        }
        for (String id : clause.value()) {
            for (Method method : methods) {
                tests.computeIfAbsent(id, any -> new TreeSet<>()).add(Proof.of(method));
            }
        }
    }

    SortedSet<Proof> of(ClauseRow row) {
        return tests.getOrDefault(row.id(), Collections.emptySortedSet());
    }

    /// Everything that is wrong between the table and the tests; one line each.
    List<String> faults(ClauseTable table, boolean openIsFault) {
        var faults = new ArrayList<String>();
        misplaced.forEach(bearer -> faults.add(bearer + " names clauses and is no test"));
        var known = new TreeMap<String, ClauseRow>();
        table.rows().forEach(row -> known.put(row.id(), row));
        tests.forEach((id, proofs) -> {
            ClauseRow row = known.get(id);
            if (row == null) {
                faults.add(id + " is no clause; named by " + proofs);
            } else if (row.kind() == ClauseRow.Kind.NOTHING) {
                faults.add(id + " asks nothing that could be proven; named by " + proofs);
            }
        });
        table.rows().forEach(row -> {
            if (row.needsProof() && of(row).isEmpty()) {
                faults.add(row.id() + " is proven by no test: " + row.asks());
            } else if (row.isOpen() && openIsFault) {
                faults.add(row.id() + " is open: " + row.open());
            }
        });
        return faults;
    }

    /// The folder of the compiled tests of this module, wherever the build has put it.
    static Path testClasses() {
        String name = Proofs.class.getName().replace('.', '/') + CLASS_FILE;
        try {
            Path file = Path.of(Proofs.class.getResource("/" + name).toURI());
            int depth = file.getNameCount() - Path.of(name).getNameCount();
            return file.getRoot().resolve(file.subpath(0, depth));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Proofs.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
