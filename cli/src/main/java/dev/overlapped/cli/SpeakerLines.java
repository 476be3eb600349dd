package dev.overlapped.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.function.Consumer;

/// Text of one speaker among several on one terminal: each line is printed as a whole, with the name of who
/// said it.
///
/// Used by one thread; several of these may share a terminal, since a [PrintWriter] prints a line in one
/// piece.
final class SpeakerLines extends Writer {
    private final PrintWriter terminal;
    private final String prefix;
    private final Consumer<String> listener;
    private final StringBuilder line = new StringBuilder();

    /// Lines for `terminal`. The listener is told each line, without its end, before it is printed.
    SpeakerLines(PrintWriter terminal, String speaker, Consumer<String> listener) {
        this.terminal = terminal;
        this.prefix = speaker + " | ";
        this.listener = listener;
    }

    @Override
    public void write(char[] text, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (text[i] == '\n') {
                endLine();
            } else {
                line.append(text[i]);
            }
        }
    }

    @Override
    public void flush() {
        terminal.flush();
    }

    /// Prints what was said last, even if its line was not ended. The terminal stays open.
    @Override
    public void close() {
        if (!line.isEmpty()) {
            endLine();
        }
        flush();
    }

    private void endLine() {
        String said = line.toString();
        line.setLength(0);
        listener.accept(said);
        terminal.println(prefix + said);
    }
}
