package dev.overlapped.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The clauses of `conformance/clauses.txt`, whose first lines say how it is written.
record ClauseTable(List<Section> sections) {
    private static final String RESOURCE = "/conformance/clauses.txt";

    private static final Pattern SECTION = Pattern.compile("= (\\S.*)");
    private static final Pattern ID = Pattern.compile("([A-Z]+)-([1-9][0-9]*)");
    private static final Pattern FIELD =
            Pattern.compile(" {2}(asks|does|nothing|cannot|loses|open): (\\S.*)");
    private static final Pattern CONTINUATION = Pattern.compile(" {4}(\\S.*)");

    /// Clauses that belong together, as they follow each other on the page.
    record Section(String title, List<ClauseRow> rows) {
    }

    static ClauseTable read() {
        try (InputStream in = ClauseTable.class.getResourceAsStream(RESOURCE)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Throws where a line is not as the format has it, and where a number is left out or comes twice.
    static ClauseTable parse(List<String> lines) {
        var reader = new Reader();
        for (int i = 0; i < lines.size(); i++) {
            try {
                reader.take(lines.get(i));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        reader.endRow();
        return new ClauseTable(List.copyOf(reader.sections));
    }

    Stream<ClauseRow> rows() {
        return sections.stream().flatMap(section -> section.rows().stream());
    }

    private static final class Reader {
        private final List<Section> sections = new ArrayList<>();
        private final Map<String, Integer> numbers = new HashMap<>();
        private final Map<String, String> fields = new HashMap<>();
        private String id = "";
        private String field = "";

        void take(String line) {
            Matcher section = SECTION.matcher(line);
            Matcher clause = ID.matcher(line);
            Matcher named = FIELD.matcher(line);
            Matcher more = CONTINUATION.matcher(line);
            if (line.isBlank() || line.startsWith("#")) {
                return;
            }
            if (section.matches()) {
                endRow();
                sections.add(new Section(section.group(1), new ArrayList<>()));
            } else if (clause.matches()) {
                endRow();
                beginRow(clause.group(1), Integer.parseInt(clause.group(2)));
            } else if (named.matches() && !id.isEmpty()) {
                field = named.group(1);
                if (fields.put(field, named.group(2)) != null) {
                    throw new IllegalArgumentException(field + " for the second time");
                }
            } else if (more.matches() && !field.isEmpty()) {
                fields.merge(field, " " + more.group(1), String::concat);
            } else {
                throw new IllegalArgumentException("neither section, id, field nor continuation: " + line);
            }
        }

        private void beginRow(String heading, int number) {
            int expected = numbers.merge(heading, 1, Integer::sum);
            id = heading + "-" + number;
            if (number != expected) {
                throw new IllegalArgumentException(id + " where " + heading + "-" + expected + " is next");
            }
            if (sections.isEmpty()) {
                throw new IllegalArgumentException(id + " is in no section");
            }
        }

        void endRow() {
            if (id.isEmpty()) {
                return;
            }
            String does = fields.get("does");
            String nothing = fields.get("nothing");
            String cannot = fields.get("cannot");
            if (!fields.containsKey("asks") || Stream.of("does", "nothing", "cannot")
                    .filter(fields::containsKey).count() != 1) {
                throw new IllegalArgumentException(id + " needs asks and one of does, nothing and cannot");
            }
            if (does == null && fields.containsKey("open")) {
                throw new IllegalArgumentException(id + " asks for no proof that could be open");
            }
            ClauseRow.Kind kind = does != null ? ClauseRow.Kind.REQUIREMENT
                    : nothing != null ? ClauseRow.Kind.NOTHING : ClauseRow.Kind.CANNOT_HAPPEN;
            String decision = does != null ? does : nothing != null ? nothing : cannot;
            sections.getLast().rows().add(new ClauseRow(id, fields.get("asks"), kind, decision,
                    fields.getOrDefault("loses", ""), fields.getOrDefault("open", "")));
            id = "";
            field = "";
            fields.clear();
        }
    }
}
