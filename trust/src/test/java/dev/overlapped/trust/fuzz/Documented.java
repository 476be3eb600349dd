package dev.overlapped.trust.fuzz;

import dev.overlapped.winsock2.Winerror;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// What a resource file says about the entry points of one API: what each takes and how it may end. The first
/// lines of the file say how it is written.
final class Documented {
    private static final String BLANKS = "\\s+";

    /// One entry point.
    ///
    /// @param takes  a generator for each parameter; empty where the types say enough
    /// @param fails  the result that means failure; "code": any but 0; "never": it cannot fail
    /// @param keeps  whether a success leaves the last error alone
    /// @param codes  Winsock codes that it may fail with
    /// @param thrown simple names of the exceptions that it may throw
    /// @param isRare seldom called: it has nothing to get wrong, or leaves little to be called afterwards
    record EntryPoint(String name, List<String> takes, String fails, boolean keeps, Set<Integer> codes,
            Set<String> thrown, boolean isRare) {
    }

    private final SequencedMap<String, EntryPoint> entries = new LinkedHashMap<>();
    private final Map<String, Set<Integer>> groups = new LinkedHashMap<>();

    Documented(String resource) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Documented.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String line) {
        List<String> words = List.of(line.strip().split(BLANKS, -1));
        List<String> values = words.subList(1, words.size());
        if (line.startsWith("@")) {
            groups.put(words.getFirst(), codes(values));
        } else if (!Character.isWhitespace(line.charAt(0))) {
            entries.put(words.getFirst(), new EntryPoint(words.getFirst(), List.of(), "never", true, Set.of(),
                    Set.of(), values.contains("rare")));
        } else {
            EntryPoint last = entries.lastEntry().getValue();
            entries.put(last.name(), completed(last, words.getFirst(), values));
        }
    }

    private EntryPoint completed(EntryPoint last, String word, List<String> values) {
        return switch (word) {
            case "takes" -> new EntryPoint(last.name(), values, last.fails(), last.keeps(), last.codes(),
                    last.thrown(), last.isRare());
            case "fails" -> new EntryPoint(last.name(), last.takes(), values.getFirst(),
                    values.contains("keeps"), last.codes(), last.thrown(), last.isRare());
            case "codes" -> new EntryPoint(last.name(), last.takes(), last.fails(), last.keeps(),
                    codes(values), last.thrown(), last.isRare());
            case "throws" -> new EntryPoint(last.name(), last.takes(), last.fails(), last.keeps(),
                    last.codes(), Set.copyOf(values), last.isRare());
            default -> throw new IllegalArgumentException(word);
        };
    }

    private Set<Integer> codes(List<String> names) {
        Set<Integer> codes = new TreeSet<>();
        for (String name : names) {
            if (name.startsWith("@")) {
                codes.addAll(groups.get(name));
            } else {
                codes.add(code(name));
            }
        }
        return codes;
    }

    private static int code(String name) {
        try {
            return Winerror.class.getField(name).getInt(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no such code: " + name, e);
        }
    }

    /// The name of a code.
    static String name(int code) {
        return Arrays.stream(Winerror.class.getFields()).filter(field -> value(field) == code)
                .map(Field::getName).findFirst().orElse(Integer.toString(code));
    }

    private static int value(Field field) {
        try {
            return (int) (field.getType() == long.class ? field.getLong(null) : field.getInt(null));
        } catch (IllegalAccessException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    /// What is said of `name`; null: nothing.
    EntryPoint of(String name) {
        return entries.get(name);
    }

    /// Everything that is described.
    Set<String> names() {
        return entries.keySet();
    }
}
