package dev.overlapped.engine;

import dev.overlapped.address.Endpoint;
import dev.overlapped.error.WinsockErrors;
import dev.overlapped.flight.Flight;
import dev.overlapped.operation.Accept;
import dev.overlapped.operation.Operation;
import dev.overlapped.operation.Receive;
import dev.overlapped.operation.ReceiveFrom;
import dev.overlapped.operation.Send;
import dev.overlapped.operation.SendTo;
import dev.overlapped.provider.BufferList;
import java.lang.foreign.MemorySegment;

/// One request of the program, from its start to its indication: what it does, who asked, and who is to be
/// told.
///
/// Life: (1) a [Caller] hands it out, the API adds buffers and says how to indicate; (2) the queue of its
/// direction attempts it at once, or keeps it; (3) it ends, exactly once: outcome published, then one
/// indication; (4) it goes back to a pool, after its routine has run if it has one. From (2) to (3) it is
/// guarded by its queue's lock. Sends and receives are reused; accepts and connects are made anew.
public final class Request implements ApcQueue.Apc, Waiter.Condition {
    private Operation operation;
    private Caller caller;
    private Socket socket;
    private OperationQueue queue;

    private Completion completion;
    Object tag;
    private Object routine;
    private EventObject event;
    /// A call that waits for its own end: nobody is told, the caller looks.
    private boolean isCall;
    /// May be kept when it cannot finish at once.
    private boolean mayWait;
    /// Goes on when its thread ends, unless a routine was to run there.
    private boolean outlivesThread;

    private int code;
    private long bytes;
    /// Written last by whoever completes a call; read by the caller that waits for it.
    private volatile boolean done;

    /// Links, owned by the queue (`next`) and by the event (`eventNext`, `eventPrevious`).
    Request next;
    Request eventNext;
    Request eventPrevious;

    /// For a request that accepts into a socket that exists already.
    private Socket acceptor;
    private long firstBytesMax;
    private MemorySegment firstBytes;

    /// Where the API wants the sender of a datagram, or null.
    private Object sender;
    private Object senderLength;

    /// While it is under way and somebody records it.
    private Flight flight;

    Request(Operation operation) {
        this.operation = operation;
    }

    // ---- preparing, on the caller's thread ----

    void begin(Caller by, Socket on) {
        caller = by;
        socket = on;
        isCall = false;
        mayWait = true;
        outlivesThread = false;
        done = false;
        code = 0;
        bytes = 0;
    }

    /// Adds a buffer to a send or a receive. False, and nothing is added: its memory cannot be used, which
    /// is WSAEFAULT. A request that may outlive its call can use neither heap memory nor memory of one
    /// thread only.
    public boolean add(MemorySegment segment, long length, boolean outlivesCall) {
        if (length == 0) {
            return true;
        }
        if (segment == null || length < 0 || length > segment.byteSize() || !segment.scope().isAlive()) {
            return false;
        }
        if (outlivesCall ? !Engine.isShared(segment) : !segment.isAccessibleBy(caller.thread())) {
            return false;
        }
        boolean isRead = operation instanceof Send || operation instanceof SendTo;
        if (!isRead && segment.isReadOnly()) {
            return false;
        }
        buffers().add(segment, length);
        return true;
    }

    private BufferList buffers() {
        if (operation instanceof Send send) {
            return send.buffers();
        }
        if (operation instanceof Receive receive) {
            return receive.buffers();
        }
        return operation instanceof SendTo send ? send.buffers() : ((ReceiveFrom) operation).buffers();
    }

    /// Where a datagram goes to, to be filled; left as it is, the datagram goes to the peer of its socket.
    public Endpoint to() {
        return ((SendTo) operation).to();
    }

    /// Makes a receive of a datagram tell where it comes from.
    public void tellSender(Completion how, Object into, Object length) {
        completion = how;
        sender = into;
        senderLength = length;
        ((ReceiveFrom) operation).wantSender();
    }

    /// Makes it an overlapped request. With a routine, the event is not used; with neither, nothing is
    /// indicated but the outcome itself.
    public void indicate(Completion how, Object toWhom, Object routineOrNull, EventObject eventOrNull) {
        completion = how;
        tag = toWhom;
        routine = routineOrNull;
        event = routineOrNull == null ? eventOrNull : null;
    }

    /// Lets it go on when its thread ends, unless it has a routine, here or in its event.
    public void outliveThread() {
        outlivesThread = true;
    }

    /// Makes an accept put the connection into `into`, and wait for `length` first bytes if that is not 0.
    /// False: the buffer's memory cannot be used.
    public boolean acceptInto(Socket into, MemorySegment buffer, long length) {
        if (!Engine.isShared(buffer) || !buffer.scope().isAlive()) {
            return false;
        }
        acceptor = into;
        firstBytes = buffer;
        firstBytesMax = length;
        return true;
    }

    /// Its outcome is published, and nothing else is told. Under the lock of its queue.
    void silence() {
        if (event != null) {
            event.removePending(this);
        }
        routine = null;
        event = null;
    }

    void markAsCall(boolean mayWaitForIt) {
        isCall = true;
        mayWait = mayWaitForIt;
    }

    /// Gives it back without having started it.
    public void discard() {
        recycle(caller);
    }

    long refuse(int reason, boolean announced) {
        flight = Flight.end(flight, reason, 0);
        if (!isCall) {
            if (announced && completion != null) {
                completion.refused(tag, reason);
            }
            discard();
        }
        return -reason;
    }

    // ---- as the queue sees it ----

    Operation operation() {
        return operation;
    }

    Caller caller() {
        return caller;
    }

    @Override
    public Socket socket() {
        return socket;
    }

    private void started() {
        flight = Flight.begin(operation, socket.handle());
        trace("start", 0, 0);
    }

    /// It was queued.
    void pending() {
        trace("pending", WinsockErrors.WSA_IO_PENDING, operation.transferred());
        Flight.pending(flight, operation.transferred());
    }

    /// Its operation is over; returns what it has moved.
    long over(int outcome) {
        long moved = operation.transferred();
        trace("done", outcome, moved);
        flight = Flight.end(flight, outcome, moved);
        return moved;
    }

    private void trace(String step, int outcome, long moved) {
        if (Engine.TRACE) {
            caller.engine().trace(step, operation, socket.handle(), outcome, moved);
        }
    }

    EventObject event() {
        return event;
    }

    /// Whether `other` is its tag: the same object, whatever a program's class calls equal.
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Object other) {
        return tag == other;
    }

    boolean hasRoutine() {
        return routine != null;
    }

    /// Started by the program as one that completes later, which a connect is not even if it does.
    boolean isOverlapped() {
        return !isCall && completion != null;
    }

    boolean endsWithThread() {
        return !outlivesThread || routine != null || (event != null && event.hasRoutine());
    }

    boolean isCall() {
        return isCall;
    }

    boolean mayWait() {
        return mayWait;
    }

    /// From here on it is `heir`'s. Under the lock of its queue.
    void passTo(Caller heir) {
        caller = heir;
    }

    Socket acceptor() {
        return acceptor;
    }

    OperationQueue queue() {
        return queue;
    }

    void queuedIn(OperationQueue direction) {
        queue = direction;
    }

    boolean gathers() {
        return operation instanceof Send send && send.gathers();
    }

    /// It receives urgent data, which stands in no row.
    boolean isUrgent() {
        return operation instanceof Receive receive && receive.isUrgent();
    }

    boolean gathersWithNext() {
        return next != null && gathers() && next.gathers();
    }

    /// The accept is done; from here on it is a receive on the new connection.
    boolean becomesReceive() {
        if (firstBytesMax == 0) {
            return false;
        }
        Receive receive = new Receive();
        receive.prepare(0, false);
        receive.buffers().add(firstBytes, firstBytesMax);
        operation = receive;
        started();
        return true;
    }

    int acceptedDescriptor() {
        return ((Accept) operation).accepted();
    }

    /// Tells the API that it has begun, and unsets its event, as Windows does before it looks at the request.
    void announce() {
        started();
        if (completion != null && !isCall) {
            completion.begun(tag);
            if (event != null) {
                event.reset();
            } else if (routine == null) {
                socket.signal(false, caller);
            }
        }
    }

    /// Writes the outcome and queues the one indication. Under the lock of its queue, so that a request
    /// started later cannot be told of earlier; whom it wakes is woken by `driver` after the lock is
    /// released.
    void finish(int outcome, long moved, Caller driver) {
        if (caller == null || done) {
            throw new AssertionError("a request ended twice");
        }
        code = outcome;
        bytes = moved;
        socket.ended(this);
        if (isCall) {
            // Read before it is done: from then on the caller may use this object for something else.
            Caller waiting = caller;
            done = true;
            driver.wakeLater(waiting);
            return;
        }
        if (completion != null) {
            publishSender();
            completion.publish(tag, outcome, moved);
        }
        if (routine != null) {
            caller.deliverLater(this, driver);
            return;
        }
        if (event != null) {
            event.set(driver);
        } else {
            socket.signal(true, driver);
        }
        recycle(driver);
    }

    /// Writes the sender's address where it is wanted and there is one.
    void publishSender() {
        if (sender != null && ((ReceiveFrom) operation).from().isKnown()) {
            completion.received(((ReceiveFrom) operation).from(), sender, senderLength);
        }
    }

    // ---- after its end ----

    /// Runs its routine on the thread that started it.
    @Override
    public void run(Caller by) throws Exception {
        Completion how = completion;
        Object toRun = routine;
        Object toWhom = tag;
        int outcome = code;
        long moved = bytes;
        trace("delivered", outcome, moved);
        // Given back first: the routine's own request is most likely the next user.
        recycle(by);
        how.deliver(toRun, toWhom, outcome, moved);
    }

    /// For a call: it has ended.
    @Override
    public boolean isSatisfied(Caller by) {
        return done;
    }

    @Override
    public void drive(Caller by) {
        OperationQueue direction = queue;
        if (!done && direction != null) {
            direction.takeOver(by);
        }
    }

    /// The outcome of a call: a count, or a negated code.
    long outcome() {
        return code == 0 ? bytes : -code;
    }

    /// Lets go of everything and returns to `to`'s pool, if it is of a kind that is reused.
    void recycle(Caller to) {
        completion = null;
        tag = null;
        routine = null;
        event = null;
        queue = null;
        acceptor = null;
        firstBytes = null;
        sender = null;
        senderLength = null;
        caller = null;
        socket = null;
        to.requests().put(this);
    }
}
