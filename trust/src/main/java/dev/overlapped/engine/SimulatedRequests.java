package dev.overlapped.engine;

import static dev.overlapped.engine.SimulatedRoutines.require;

import dev.overlapped.address.Endpoint;
import dev.overlapped.engine.SimulatedTransfer.State;
import dev.overlapped.error.WinsockErrors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/// The requests of a random program: starts them, waits for them, and checks all that it is told of them.
final class SimulatedRequests implements Completion {
    private static final int BUFFERS_MAX = 3;
    private static final int PENDING_MAX = 200;
    private static final int SLAB_BYTES = 1 << 16;
    private static final int SOL_SOCKET = 0xffff;
    private static final int SO_SNDTIMEO = 0x1005;
    private static final long MILLI = 1_000_000;

    private final Engine engine;
    private final SplittableRandom random;
    private final SimulatedOutcomes outcomes;
    private final Map<Thread, SimulatedRoutines> ofThreads = new HashMap<>();
    private MemorySegment slab = MemorySegment.NULL;
    private final List<SimulatedTransfer> all = new ArrayList<>();
    /// In the order they were started.
    private final List<SimulatedTransfer> pending = new ArrayList<>();
    private long ended;

    SimulatedRequests(Engine engine, SplittableRandom random, SimulatedWeather weather) {
        this.engine = engine;
        this.random = random;
        this.outcomes = new SimulatedOutcomes(weather);
    }

    /// The calling thread takes part.
    void join(SimulatedRoutines routines) {
        ofThreads.put(Thread.currentThread(), routines);
    }

    SimulatedRoutines routines() {
        return ofThreads.get(Thread.currentThread());
    }

    private Caller caller() {
        return routines().caller();
    }

    // ---- starting ----

    /// Starts a request, told in any way. Its memory is from `doomed`, unless that is null or closed.
    void start(SimulatedEnd end, boolean sends, Arena doomed) {
        if (pending.size() >= PENDING_MAX) {
            return;
        }
        SimulatedTransfer transfer = make(end, sends, doomed, random.nextInt(BUFFERS_MAX + 1));
        boolean untilFull = !sends && doomed == null && random.nextInt(8) == 0;
        Request request = sends ? caller().send(end.socket, 0, true)
                : caller().receive(end.socket, 0, untilFull);
        address(transfer, request);
        for (MemorySegment buffer : transfer.buffers) {
            require(request.add(buffer, buffer.byteSize(), true), "its memory can be used", transfer);
        }
        start(transfer, request);
    }

    void startAccept(Socket listener, SimulatedEnd into) {
        SimulatedTransfer transfer = make(into, false, null, random.nextInt(2));
        transfer.socket = listener;
        Request request = listener.handshake().acceptRequest(caller());
        MemorySegment buffer = transfer.buffers.isEmpty() ? MemorySegment.NULL : transfer.buffers.getFirst();
        boolean usable = request.acceptInto(into.socket, buffer, buffer.byteSize());
        require(usable, "its memory can be used", transfer);
        start(transfer, request);
    }

    private SimulatedTransfer make(SimulatedEnd end, boolean sends, Arena doomed, int buffers) {
        boolean isDoomed = doomed != null && doomed.scope().isAlive();
        SimulatedTransfer transfer = new SimulatedTransfer(all.size(), routines(), end, sends, isDoomed);
        all.add(transfer);
        for (int i = buffers; i > 0; i--) {
            int bytes = random.nextInt(6) == 0 ? random.nextInt(4000) : random.nextInt(300);
            if (bytes > 0) {
                transfer.add(isDoomed ? doomed.allocate(bytes) : allocate(bytes));
            }
        }
        if (sends) {
            end.sends(transfer);
        }
        return transfer;
    }

    /// A datagram says where to, or goes to the peer; a receive asks where from.
    private void address(SimulatedTransfer transfer, Request request) {
        SimulatedEnd end = transfer.end;
        if (!end.isForDatagrams()) {
            return;
        }
        if (!transfer.sends) {
            request.tellSender(this, transfer, null);
        } else if (end.addressee == null || random.nextInt(4) == 0) {
            transfer.to = end.others.get(random.nextInt(end.others.size()));
            transfer.to.tell(request.to());
        } else {
            transfer.to = end.addressee;
        }
    }

    private MemorySegment allocate(int bytes) {
        if (slab.byteSize() < bytes) {
            slab = Arena.ofAuto().allocate(SLAB_BYTES);
        }
        MemorySegment allocated = slab.asSlice(0, bytes);
        slab = slab.asSlice(bytes);
        return allocated;
    }

    private void start(SimulatedTransfer transfer, Request request) {
        int telling = random.nextInt(5);
        transfer.hasRoutine = routines().isSettling() || telling < 2;
        if (!transfer.hasRoutine && telling < 4) {
            transfer.event = engine.event(engine.createEvent(true, random.nextBoolean()));
        }
        request.indicate(this, transfer, transfer.hasRoutine ? this : null, transfer.event);
        pending.add(transfer);
        long result = transfer.socket.start(request, caller());
        routines().say("start " + transfer + ": " + result);
        if (result >= 0) {
            require(transfer.state == State.DONE, "a result of the call means that it has ended", transfer);
            require(transfer.code == 0 && transfer.bytes == result, "the call gives its count", transfer);
        } else if (result == -WinsockErrors.WSA_IO_PENDING) {
            require(transfer.begun, "what is pending has begun", transfer);
        } else if (transfer.state != State.DONE) {
            refused(transfer, (int) -result);
        } else {
            // What was cut short has been received all the same, and is told.
            boolean isCut = transfer.code == -result && transfer.code == WinsockErrors.WSAEMSGSIZE;
            require(isCut, "a refused request is not told of again", transfer);
        }
    }

    private void refused(SimulatedTransfer transfer, int code) {
        pending.remove(transfer);
        ended++;
        transfer.wasRefused = true;
        transfer.bytes = 0;
        transfer.state = State.NEW;
        outcomes.refused(transfer, code);
    }

    /// A call that does not wait; a send may, for a while, and alertably.
    void call(SimulatedEnd end, boolean sends) {
        if (end.inCall) {
            return;
        }
        end.inCall = true;
        boolean waits = sends && random.nextBoolean();
        SimulatedTransfer transfer = make(end, sends, null, random.nextInt(BUFFERS_MAX + 1));
        transfer.isCall = true;
        Request request = sends ? caller().send(end.socket, 0, waits)
                : caller().receive(end.socket, 0, false);
        address(transfer, request);
        for (MemorySegment buffer : transfer.buffers) {
            require(request.add(buffer, buffer.byteSize(), false), "its memory can be used", transfer);
        }
        MemorySegment timeout = MemorySegment.ofArray(new int[] {1 + random.nextInt(3)});
        end.socket.setOption(SOL_SOCKET, SO_SNDTIMEO, timeout, Integer.BYTES);
        end.socket.nonBlocking(!waits);
        pending.add(transfer);
        transfer.state = State.PENDING;
        LongSupplier call = () -> end.socket.call(request, caller());
        long result = waits ? routines().alertably(call) : call.getAsLong();
        end.socket.nonBlocking(false);
        end.inCall = false;
        routines().say("call" + (waits ? " and wait " : " ") + transfer + ": " + result);
        boolean isRefused = result == -WinsockErrors.WSAESHUTDOWN || result == -WinsockErrors.WSAENOTSOCK;
        if (result == -WinsockErrors.WSAEMSGSIZE && !sends) {
            end(transfer, WinsockErrors.WSAEMSGSIZE, transfer.length());
        } else if (isRefused || (result < 0 && !waits)) {
            refused(transfer, (int) -result);
        } else {
            end(transfer, result < 0 ? (int) -result : 0, Math.max(0, result));
        }
    }

    // ---- being told ----

    @Override
    public void begun(Object tag) {
        SimulatedTransfer transfer = (SimulatedTransfer) tag;
        require(transfer.owner == routines() && !transfer.begun, "it begins once, in its call", transfer);
        transfer.begun = true;
        transfer.state = State.PENDING;
    }

    @Override
    public void received(Endpoint from, Object into, Object length) {
        ((SimulatedTransfer) into).fromPort = from.port();
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        SimulatedTransfer transfer = (SimulatedTransfer) tag;
        require(transfer.begun && transfer.isPending(), "it ends once, after it has begun", transfer);
        end(transfer, code, bytes);
        transfer.owner.say("  ended: " + transfer);
        if (transfer.hasRoutine) {
            transfer.owner.ended(transfer);
        }
    }

    private void end(SimulatedTransfer transfer, int code, long bytes) {
        require(pending.contains(transfer), "it ends once", transfer);
        transfer.endsAt(engine.provider().nanoTime());
        transfer.code = code;
        transfer.bytes = bytes;
        ended++;
        requireTurn(transfer);
        pending.remove(transfer);
        outcomes.ended(transfer);
    }

    /// What succeeds does so in the order of the calls.
    private void requireTurn(SimulatedTransfer transfer) {
        if (transfer.code != 0 || transfer.isAccept()) {
            return;
        }
        for (SimulatedTransfer other : pending) {
            if (other == transfer) {
                return;
            }
            boolean same = other.end == transfer.end && other.sends == transfer.sends;
            // A call's end is seen only when its thread comes back from it.
            require(!same || other.isAccept() || other.isCall, "it ends behind " + other, transfer);
        }
    }

    @Override
    public void deliver(Object toRun, Object tag, int code, long bytes) {
        SimulatedTransfer transfer = (SimulatedTransfer) tag;
        require(toRun == this && transfer.hasRoutine, "its own routine runs", transfer);
        boolean same = transfer.code == code && transfer.bytes == bytes;
        require(same, "its routine is told its outcome", transfer);
        transfer.owner.run(transfer);
    }

    // ---- waiting ----

    /// Waits for any or all of some requests' events.
    void awaitEvents() {
        List<SimulatedTransfer> withEvent = new ArrayList<>(all.stream()
                .filter(each -> each.hasEvent() && (each.isPending() || random.nextInt(8) == 0))
                .toList());
        while (withEvent.size() > 1 + random.nextInt(EventObject.Wait.EVENTS_MAX)) {
            withEvent.remove(random.nextInt(withEvent.size()));
        }
        if (withEvent.isEmpty()) {
            return;
        }
        boolean forAll = random.nextInt(3) == 0;
        EventObject.Wait wait = caller().eventWait(forAll);
        for (SimulatedTransfer each : withEvent) {
            require(wait.add(each.event), "each has an event of its own", each);
        }
        long nanos = random.nextLong(3 * MILLI);
        boolean isAlertable = random.nextBoolean();
        routines().say("await " + (forAll ? "all of " : "any of ") + withEvent.size() + " for " + nanos);
        long began = engine.provider().nanoTime();
        int end = routines().await(nanos, isAlertable, () -> caller().await(wait, nanos, isAlertable));
        boolean satisfied = forAll ? withEvent.stream().noneMatch(SimulatedTransfer::isPending)
                : !withEvent.get(end == Caller.SATISFIED ? wait.index() : 0).isPending();
        require(end != Caller.SATISFIED || satisfied, "the wait is satisfied", withEvent);
        LongStream ends = withEvent.stream().mapToLong(SimulatedTransfer::endedAt);
        long satisfiedAt = Math.max(began, (forAll ? ends.max() : ends.min()).getAsLong());
        boolean isLate = end != Caller.IO_COMPLETION && engine.provider().nanoTime() > satisfiedAt;
        require(!isLate, "the wait ends when it is satisfied, at " + satisfiedAt, withEvent);
    }

    // ---- ending ----

    void cancelOne() {
        // An accept may be in no queue at this moment.
        List<SimulatedTransfer> candidates =
                pending.stream().filter(each -> each.isPending() && !each.isCall && !each.isAccept())
                        .toList();
        if (!candidates.isEmpty()) {
            SimulatedTransfer transfer = candidates.get(random.nextInt(candidates.size()));
            routines().say("cancel " + transfer);
            transfer.cancelled = true;
            int count = transfer.socket.cancel(transfer, null, caller());
            require(count == 1 && transfer.state == State.DONE, "what is cancelled ends", transfer);
        }
    }

    void cancelAll(Socket socket) {
        List<SimulatedTransfer> those =
                pending.stream().filter(each -> each.socket == socket && !each.isCall).toList();
        those.forEach(each -> each.cancelled = true);
        routines().say("cancel all " + those.size() + " of socket " + socket.handle());
        int count = socket.cancel(null, null, caller());
        routines().say("cancelled " + count);
        those.forEach(each -> require(!each.isPending(), "what is cancelled ends", each));
    }

    void mustHaveEnded(SimulatedEnd closed) {
        for (SimulatedTransfer each : pending) {
            require(each.end != closed || each.isCall || each.isAccept(), "it ends with its socket", each);
        }
    }

    boolean isReceiving(SimulatedEnd end) {
        return pending.stream().anyMatch(each -> each.end == end && !each.sends);
    }

    /// Whether an accept is pending that has no connection yet.
    boolean isAccepting() {
        return pending.stream().anyMatch(each -> each.isAccept() && !each.end.socket.isConnected());
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    /// How many requests have ended.
    long ended() {
        return ended;
    }

    // ---- checking ----

    /// What holds after each step of the calling thread.
    void check() {
        List<SimulatedTransfer> mine = pending.stream().filter(each -> each.owner == routines()).toList();
        Waiter waiter = caller().waiter();
        require(waiter.hasPending() == !mine.isEmpty(), "the thread knows whether it waits", mine);
        require(waiter.hasPendingSends() == mine.stream().anyMatch(each -> each.sends),
                "the thread knows whether its sends wait", mine);
        for (SimulatedTransfer each : all) {
            if (each.hasEvent()) {
                boolean tells = each.event.isSignalled() != each.isPending();
                require(tells, "its event tells whether it has ended", each);
            }
        }
    }

    /// What holds when everything is closed.
    void finish() {
        check();
        routines().requireAllRun();
        for (SimulatedTransfer each : all) {
            boolean isThere = each.event == null || engine.closeEvent(each.event.handle());
            require(isThere, "its event is there", each);
        }
    }

    @Override
    public String toString() {
        return "pending " + pending;
    }
}
