package dev.overlapped.conformance;

/// One row of the table: a sentence of the page, or a place where sources disagree.
///
/// @param id heading and number, as in `REMARKS-3`
/// @param asks what the page asks, in our words
/// @param kind what follows from it
/// @param decision what the library does, or why there is nothing to do
/// @param loses the source that says otherwise; empty if all agree
/// @param open what no test proves yet; empty if that is nothing
record ClauseRow(String id, String asks, Kind kind, String decision, String loses, String open) {
    /// What a clause means to the library. The name of each is what it is called in the document.
    enum Kind {
        /// It is kept, and a test proves it.
        REQUIREMENT("requirement"),
        /// It asks nothing of a library.
        NOTHING("no requirement"),
        /// It cannot happen on Linux or in Java.
        CANNOT_HAPPEN("cannot happen");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    boolean needsProof() {
        return kind == Kind.REQUIREMENT && !isOpen();
    }
}
