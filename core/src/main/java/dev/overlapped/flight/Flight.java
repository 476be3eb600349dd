package dev.overlapped.flight;

/// One request as a flight recording sees it. It is made when the request starts, and only if any event of
/// requests is recorded then; whoever completes the request ends it, under the lock of its queue as all else.
///
/// While nobody records, [#isWatched] is all that is paid: methods that return false as long as this VM has
/// not recorded anything, and three reads of fields afterwards. The objects that are asked are made once.
public final class Flight {
    private static final RequestStart START = new RequestStart();
    private static final RequestPending PENDING = new RequestPending();
    private static final RequestCompletion COMPLETION = new RequestCompletion();
    /// Loaded with the others: when it is needed, no descriptor may be left to load it with.
    private static final ReactorAdoption ADOPTION = new ReactorAdoption();

    private final RequestCompletion completion = new RequestCompletion();

    private Flight(String operation, long socket) {
        RequestStart start = new RequestStart();
        start.operation = operation;
        start.socket = socket;
        start.commit();
        completion.operation = operation;
        completion.socket = socket;
        completion.startedBy = Thread.currentThread();
        completion.begin();
    }

    /// Whether anything about requests is recorded.
    public static boolean isWatched() {
        return COMPLETION.isEnabled() || START.isEnabled() || PENDING.isEnabled();
    }

    /// Tells that the calling thread has started a request; null if nobody wants to know of it, which the
    /// other methods take as well. An operation is called what its class is.
    public static Flight begin(Object operation, long socket) {
        return isWatched() ? new Flight(operation.getClass().getSimpleName(), socket) : null;
    }

    /// Tells that it was queued, with that many bytes moved.
    public static void pending(Flight flight, long bytes) {
        if (flight != null) {
            RequestPending pending = new RequestPending();
            pending.operation = flight.completion.operation;
            pending.socket = flight.completion.socket;
            pending.bytes = bytes;
            pending.commit();
            flight.completion.wasPending = true;
        }
    }

    /// Tells that it has ended. Returns null, in place of what is over.
    public static Flight end(Flight flight, int status, long bytes) {
        if (flight != null) {
            flight.completion.status = status;
            flight.completion.bytes = bytes;
            flight.completion.commit();
        }
        return null;
    }

    /// Tells that the engine thread took over for `from`, which has not waited for `patienceMs`.
    public static void adopted(Thread from, int patienceMs) {
        if (!ADOPTION.isEnabled()) {
            return;
        }
        ReactorAdoption adoption = new ReactorAdoption();
        adoption.adoptedFrom = from;
        adoption.patience = patienceMs;
        adoption.commit();
    }
}
