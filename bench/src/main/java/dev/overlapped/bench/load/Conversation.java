package dev.overlapped.bench.load;

import dev.overlapped.bench.measure.Figures;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// How the load generator and whoever measures keep step: lines on its standard input and output.
///
/// An order comes; `ready` answers when the connections are open; `go` starts; `measuring` tells that the
/// warm-up is over, `result` what was measured. The connections stay until `end`.
final class Conversation {
    private final BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    /// The next order, or null when there will be none.
    LoadOrder order() throws IOException {
        String line = in.readLine();
        return line == null ? null : LoadOrder.parse(line);
    }

    void readyAndGo() throws IOException {
        say("ready");
        await("go");
    }

    void measuring() {
        say("measuring");
    }

    void resultAndEnd(Figures figures) throws IOException {
        say("result " + figures.line());
        await("end");
    }

    /// The order could not be carried out.
    void failed(Exception failure) {
        say("failed " + String.valueOf(failure).replace('\n', ' '));
    }

    private void await(String word) throws IOException {
        String line = in.readLine();
        if (!word.equals(line)) {
            throw new EOFException("'" + word + "' was expected, not '" + line + "'");
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
