package dev.overlapped.cli.terminal;

import java.util.Locale;

/// One flat JSON object on one line, with its members in the order in which they were added: what a command
/// prints last, for a script to read.
public final class JsonLine {
    private final StringBuilder text = new StringBuilder("{");

    /// An empty object.
    public JsonLine() {
    }

    /// Adds a whole number.
    public JsonLine add(String name, long value) {
        begin(name).append(value);
        return this;
    }

    /// Adds a number with that many digits behind the point. JSON has no word for an infinite number or for
    /// none at all (a rate over no time): those become `null`.
    public JsonLine add(String name, double value, int decimals) {
        begin(name);
        if (Double.isFinite(value)) {
            text.append(String.format(Locale.ROOT, "%." + decimals + "f", value));
        } else {
            text.append("null");
        }
        return this;
    }

    /// Adds a string.
    public JsonLine add(String name, String value) {
        quote(value, begin(name));
        return this;
    }

    /// The line, without its end.
    @Override
    public String toString() {
        return text + "}";
    }

    private StringBuilder begin(String name) {
        if (text.length() > 1) {
            text.append(", ");
        }
        return quote(name, text).append(": ");
    }

    private static StringBuilder quote(String value, StringBuilder to) {
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\').append(c);
            } else if (c < ' ') {
                to.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                to.append(c);
            }
        }
        return to.append('"');
    }
}
