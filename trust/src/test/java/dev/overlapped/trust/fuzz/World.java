package dev.overlapped.trust.fuzz;

/// What a sequence of calls works on: the live objects of one API, made for one sequence and closed with it.
/// All but [#rescue] is called by the thread of the sequence.
interface World {
    /// Opens the objects that the sequence begins with.
    void open() throws Exception;

    /// Makes the next call; says which, and how it ended.
    ///
    /// @throws AssertionError if it ended in a way that is not documented
    String call(Choices choices);

    /// Ends whatever waits, from another thread and by what is documented to end it.
    void rescue();

    /// Closes everything and then uses the API as it is meant to be used.
    ///
    /// @throws AssertionError if that does not work any more
    void close() throws Exception;
}
