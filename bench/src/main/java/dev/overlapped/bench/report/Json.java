package dev.overlapped.bench.report;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/// Maps, collections, strings and numbers as JSON.
final class Json {
    private Json() {
    }

    static String text(Object value) {
        StringBuilder text = new StringBuilder();
        append(text, value, "\n");
        return text.append('\n').toString();
    }

    private static void append(StringBuilder text, Object value, String line) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> {
                String inner = line + "  ";
                text.append('{');
                for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext();) {
                    Map.Entry<?, ?> entry = i.next();
                    text.append(inner);
                    quote(text, String.valueOf(entry.getKey()));
                    text.append(": ");
                    append(text, entry.getValue(), inner);
                    text.append(i.hasNext() ? "," : line);
                }
                text.append('}');
            }
            case Collection<?> all -> {
                String inner = line + "  ";
                text.append('[');
                for (Iterator<?> i = all.iterator(); i.hasNext();) {
                    text.append(inner);
                    append(text, i.next(), inner);
                    text.append(i.hasNext() ? "," : line);
                }
                text.append(']');
            }
            // JSON has neither of the values that are no numbers.
            case Double number when number.isNaN() || number.isInfinite() -> text.append("null");
            case Number number -> text.append(number);
            case Boolean flag -> text.append(flag);
            default -> quote(text, value.toString());
        }
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
