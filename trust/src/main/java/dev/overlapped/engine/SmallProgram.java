package dev.overlapped.engine;

import static dev.overlapped.engine.SimulatedRoutines.require;

import dev.overlapped.engine.SmallSend.Telling;
import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Two sends on one connection, a cancel, a close and the end of the thread that has started the sends, in
/// one of their orders, among waits of that thread, turns of the engine thread, and reads of the peer; on a
/// network that takes all, a part, or nothing. [Choices] decide all of that, so that every case can be had in
/// turn ([SmallSpace]).
///
/// There is one real thread, and it acts for three: the one that starts the sends and waits, the engine
/// thread, and one that cancels, closes and is the peer. The engine takes the caller from each call, so it
/// cannot tell. What goes on within one call of the engine is not interleaved with anything.
final class SmallProgram implements Completion {
    /// What can happen next, and how often in all.
    private enum Step {
        SEND(2), CANCEL(1), CLOSE(1), END_THREAD(1), WAIT(2), ENGINE(2), READ(2);

        private final int times;

        Step(int times) {
            this.times = times;
        }
    }

    private static final int SENDS = 2;
    /// Of the first send and of the second.
    private static final List<List<Telling>> TELLINGS = List.of(
            List.of(Telling.ROUTINE, Telling.ROUTINE), List.of(Telling.ROUTINE, Telling.EVENT_OUTLIVING),
            List.of(Telling.EVENT_OUTLIVING, Telling.EVENT));
    /// Less than the two sends have, more than one of them.
    private static final int BUFFER_BYTES = 4;
    private static final int TURNS_MAX = 50;
    private static final int ABORTED = WinsockErrors.WSA_OPERATION_ABORTED;

    private final Choices choices;
    private final int depth;
    private final SimulatedProvider provider;
    private final Engine engine;
    private final Caller starter;
    private final Caller other;
    private final Caller engineThread;
    private final ReadyEvents events = new ReadyEvents();
    private final Map<Step, Integer> taken = new EnumMap<>(Step.class);
    private final List<SmallSend> sends = new ArrayList<>();
    /// Ended, in that order, and their routines have not run.
    private final ArrayDeque<SmallSend> untold = new ArrayDeque<>();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final StringBuilder trace = new StringBuilder();
    private Socket client;
    private Socket server;
    private boolean isAlertable;
    private boolean hasThreadEnded;
    private boolean isClosed;
    private boolean isAtEnd;
    private Throwable reported;

    /// A program of `depth` steps.
    SmallProgram(Choices choices, int depth) {
        this.choices = choices;
        this.depth = depth;
        SimulatedOptions options = SimulatedOptions.calm(0).withBufferBytes(BUFFER_BYTES)
                .with(Chance.SHORT_SENDS, 0.5);
        provider = new SimulatedProvider(options, choices);
        engine = new Engine(provider, false);
        Thread never = Thread.ofPlatform().unstarted(() -> { });
        never.setUncaughtExceptionHandler((_, thrown) -> reported = thrown);
        starter = new Caller(engine, never, 0);
        other = new Caller(engine, Thread.currentThread(), 0);
        engineThread = engine.adoption().self();
    }

    /// Runs it; throws what is broken, with the choices that repeat it.
    void run() {
        try {
            connect();
            if (choices.nextInt(2) == 1) {
                fill();
            }
            List<Telling> tellings = TELLINGS.get(choices.nextInt(TELLINGS.size()));
            for (int i = 0; i < SENDS; i++) {
                sends.add(new SmallSend(i, tellings.get(i)));
            }
            for (int done = 0; done < depth; done++) {
                step();
                check();
            }
            choices.calm();
            settle();
            finish();
        } catch (Throwable e) {
            throw new AssertionError("choices " + choices + ": " + e.getMessage() + "\n" + trace, e);
        }
    }

    private void connect() {
        Socket listener = engine.socket(engine.open(false, true, true));
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        require(listener.handshake().bind(loopback) == 0, "bind", loopback);
        require(listener.handshake().listen(1) == 0, "listen", loopback);
        client = engine.socket(engine.open(false, true, true));
        require(client.handshake().connect(listener.localAddress(), starter) == 0, "connect", loopback);
        server = engine.socket(listener.handshake().accept(other, new SocketAddress[1]));
        server.nonBlocking(true);
        require(engine.close(listener.handle(), other), "close", listener);
    }

    /// The first send finds no room, unless the peer has read by then. Byte by byte: none comes short.
    private void fill() {
        byte[] zero = new byte[1];
        client.nonBlocking(true);
        for (int i = 0; i < BUFFER_BYTES; i++) {
            Request request = other.send(client, 0, true);
            require(request.add(MemorySegment.ofArray(zero), 1, false), "its memory can be used", client);
            require(client.call(request, other) == 1, "it is sent", client);
            sent.writeBytes(zero);
        }
    }

    // ---- steps ----

    private void step() {
        Step[] possible = Arrays.stream(Step.values()).filter(this::isPossible).toArray(Step[]::new);
        if (possible.length == 0) {
            return;
        }
        Step step = possible[choices.nextInt(possible.length)];
        taken.merge(step, 1, Integer::sum);
        trace.append(step).append('\n');
        switch (step) {
            case SEND -> send();
            case CANCEL -> cancel();
            case CLOSE -> close();
            case END_THREAD -> endThread();
            case WAIT -> await();
            case ENGINE -> engineTurn();
            case READ -> read(1 + choices.nextInt(2) * BUFFER_BYTES);
        }
    }

    private boolean isPossible(Step step) {
        return timesTaken(step) < step.times && switch (step) {
            case SEND, WAIT, END_THREAD -> !hasThreadEnded;
            case CANCEL -> timesTaken(Step.SEND) > 0;
            case CLOSE, ENGINE, READ -> true;
        };
    }

    private int timesTaken(Step step) {
        return taken.getOrDefault(step, 0);
    }

    private void send() {
        SmallSend send = sends.get(timesTaken(Step.SEND) - 1);
        Request request = starter.send(client, 0, true);
        require(request.add(send.buffer(), SmallSend.BYTES, true), "its memory can be used", send);
        boolean hasRoutine = send.telling == Telling.ROUTINE;
        send.event = hasRoutine ? null : engine.event(engine.createEvent(true, true));
        request.indicate(this, send, hasRoutine ? this : null, send.event);
        if (!send.endsWithThread()) {
            request.outliveThread();
        }
        long result = client.start(request, starter);
        if (result == -WinsockErrors.WSAENOTSOCK) {
            require(isClosed && send.state == SmallSend.State.NEW, "it is refused after a close alone", send);
            send.state = SmallSend.State.REFUSED;
        } else if (result == -WinsockErrors.WSA_IO_PENDING) {
            require(send.state != SmallSend.State.NEW, "what is pending has begun", send);
            send.queue = send.isPending() ? request.queue() : null;
        } else {
            require(result == SmallSend.BYTES && send.hasEnded(), "its result is its end: " + result, send);
        }
    }

    /// Of either send, whether it has begun and has ended or not.
    private void cancel() {
        SmallSend send = sends.get(choices.nextInt(SENDS));
        boolean wasPending = send.isPending();
        send.isCancelled = true;
        int count = client.cancel(send, null, other);
        require(count == (wasPending ? 1 : 0) && !send.isPending(), "what is cancelled ends", send);
    }

    private void close() {
        isClosed = true;
        require(engine.close(client.handle(), other), "close", client);
        sends.forEach(send -> require(!send.isPending(), "it ends with its socket", send));
    }

    /// The engine thread has been told of it, or has asked.
    private void endThread() {
        hasThreadEnded = true;
        engine.endRequestsOf(starter, engineThread);
        giveBack(starter.waiter().heldReactor());
        sends.forEach(send ->
                require(!send.isPending() || !send.endsWithThread(), "it ends with its thread", send));
        require(!starter.waiter().hasPending(), "a thread that has ended has nothing pending", sends);
    }

    private void giveBack(Reactor held) {
        if (held != null && held.owner() == starter && held.reclaim()) {
            engine.putBack(held);
        }
    }

    /// The thread that has started the sends waits alertably, for the shortest time there is.
    private void await() {
        isAlertable = true;
        starter.sleep(1, true);
        isAlertable = false;
    }

    /// The engine thread polls its reactor, and then that of the other thread as if it had adopted it.
    private void engineTurn() {
        Reactor own = engine.adoption().reactor();
        // It has no time-out of its own.
        own.wakeUp();
        engineThread.waiter().pollAsEngine(events);
        engine.dispatch(events, engineThread);
        own.run(engineThread);
        Reactor held = starter.waiter().heldReactor();
        if (held != null && held.owner() == starter) {
            held.pollNow(events);
            engine.dispatch(events, engineThread);
            held.run(engineThread);
        }
    }

    /// The peer takes at most so many bytes.
    private void read(int bytesMax) {
        byte[] bytes = new byte[bytesMax];
        Request request = other.receive(server, 0, false);
        require(request.add(MemorySegment.ofArray(bytes), bytesMax, false), "its memory can be used", server);
        long result = server.call(request, other);
        boolean reads = result >= 0 || result == -WinsockErrors.WSAEWOULDBLOCK;
        require(reads, "the peer reads, not " + result, server);
        require(result != 0 || isClosed, "the stream ends only if somebody ends it", server);
        isAtEnd |= result == 0;
        received.write(bytes, 0, (int) Math.max(0, result));
    }

    // ---- being told ----

    @Override
    public void begun(Object tag) {
        SmallSend send = (SmallSend) tag;
        require(send.state == SmallSend.State.NEW, "it begins once", send);
        send.state = SmallSend.State.PENDING;
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        SmallSend send = (SmallSend) tag;
        trace.append("  ended: ").append(send).append(", code ").append(code).append('\n');
        boolean mayAbort = send.isCancelled || isClosed || (hasThreadEnded && send.endsWithThread());
        require(code == 0 || (code == ABORTED && mayAbort), "it fails for a reason, not " + code, send);
        send.end(code, bytes);
        if (send.telling == Telling.ROUTINE) {
            untold.add(send);
        }
        boolean isFirst = send == sends.getFirst();
        require(isFirst || code != 0 || !sends.getFirst().isPending(), "sends end in their order", send);
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        SmallSend send = (SmallSend) tag;
        require(isAlertable && !hasThreadEnded, "its routine runs in an alertable wait of its thread", send);
        require(send.code == code && send.bytes == bytes, "its routine is told its outcome", send);
        require(send == untold.poll(), "its routine runs once, in the order of the ends", send);
    }

    // ---- checking ----

    private void check() {
        require(reported == null, "nothing is thrown: " + reported, sends);
        boolean starters = sends.stream().anyMatch(send -> send.isPending() && !hasThreadEnded);
        require(starter.waiter().hasPending() == starters, "the thread knows whether it waits", sends);
        boolean heirs = sends.stream().anyMatch(send -> send.isPending() && hasThreadEnded);
        require(engineThread.waiter().hasPending() == heirs, "the engine knows whether it waits", sends);
        for (SmallSend send : sends) {
            boolean tells = send.event == null || send.state == SmallSend.State.NEW
                    || send.state == SmallSend.State.REFUSED || send.event.isSignalled() == send.hasEnded();
            require(tells, "its event tells whether it has ended", send);
        }
    }

    /// Whatever can end by itself does.
    private void settle() {
        trace.append("settle\n");
        for (int turns = 0; sends.stream().anyMatch(SmallSend::isPending); turns++) {
            require(turns < TURNS_MAX, "nothing happens any more", sends);
            turn();
        }
    }

    private void turn() {
        if (!hasThreadEnded) {
            await();
        } else {
            other.sleep(1, false);
        }
        engineTurn();
        read(BUFFER_BYTES);
        check();
    }

    /// Nothing is left, and the peer has what the sends say that they have sent.
    private void finish() {
        if (!isClosed) {
            close();
        }
        for (int turns = 0; !isAtEnd; turns++) {
            require(turns < TURNS_MAX, "the peer does not see the end", server);
            turn();
        }
        turn();
        for (SmallSend send : sends) {
            sent.writeBytes(send.taken());
        }
        require(untold.isEmpty() || hasThreadEnded, "each routine has run", untold);
        require(Arrays.equals(received.toByteArray(), sent.toByteArray()),
                "the peer has received what was taken, not " + received, sends);
        require(engine.close(server.handle(), other), "close", server);
        require(provider.openDescriptors() == 1, "all is closed but the timer", provider);
    }
}
