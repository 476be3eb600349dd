package dev.overlapped.engine;

import dev.overlapped.provider.ReadyEvents;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What a race takes place on: an engine of its own on a [RaceNetwork], without an engine thread, so that an
/// actor can be that one; and a connection. Callers are told apart from threads, so that the race decides who
/// waits where.
final class RaceStage {
    /// The bytes of a buffer of each request.
    static final int BYTES = 4;
    /// Enough for any race.
    static final int REACTORS_MAX = 16;

    /// Nobody reads or writes it. Never released.
    private static final MemorySegment BUFFER = Arena.global().allocate(BYTES);

    final RaceNetwork network;
    final Engine engine;
    final Socket socket;
    private final Socket listener;
    private final ReadyEvents events = new ReadyEvents();

    RaceStage() {
        this(REACTORS_MAX);
    }

    /// With descriptors for so many reactors only; the engine itself needs one.
    RaceStage(int reactorsMax) {
        network = new RaceNetwork(reactorsMax);
        engine = new Engine(network, false);
        listener = engine.socket(engine.open(false, true, true));
        socket = connection();
    }

    /// One more connection.
    Socket connection() {
        return engine.socket(listener.accepted(network.open(null)));
    }

    /// One more caller; its thread is whoever makes it, which is alive.
    Caller caller() {
        return caller(Thread.currentThread());
    }

    Caller caller(Thread thread) {
        return new Caller(engine, thread, 0);
    }

    // ---- requests ----

    /// A receive of up to [#BYTES], not started. Its end is written into `told`, and indicated by `routine`
    /// or `event`, or not at all.
    Request receive(Caller by, RaceRecord told, Object routine, EventObject event) {
        return receive(socket, by, told, routine, event);
    }

    Request receive(Socket on, Caller by, RaceRecord told, Object routine, EventObject event) {
        return filled(by.receive(on, 0, false), 1, told, routine, event);
    }

    /// A receive that needs all bytes of `pieces` buffers.
    Request receiveAll(Caller by, int pieces, RaceRecord told) {
        return filled(by.receive(socket, 0, true), pieces, told, null, null);
    }

    Request send(Caller by, RaceRecord told) {
        return filled(by.send(socket, 0, true), 1, told, null, null);
    }

    private static Request filled(Request request, int pieces, RaceRecord told, Object routine,
            EventObject event) {
        for (int i = 0; i < pieces; i++) {
            request.add(BUFFER, BYTES, true);
        }
        request.indicate(told, told, routine, event);
        return request;
    }

    /// The bytes for one receive come in.
    void arrive() {
        network.arrive(socket.descriptor(), BYTES);
    }

    /// Fetches what is reported at `reactor`, whoever's it is, and attempts it.
    void drive(Reactor reactor, Caller driver) {
        reactor.pollNow(events);
        engine.dispatch(events, driver);
        driver.afterUnlock();
    }

    /// A receive of `by` that `driver` completes. From then on `by` has a reactor, until somebody takes it
    /// back, and the socket is watched there.
    void receiveOnce(Caller by, Caller driver) {
        socket.start(receive(by, new RaceRecord(), null, null), by);
        arrive();
        drive(by.waiter().heldReactor(), driver);
    }

    // ---- the engine thread ----

    /// What the engine thread does when something has happened.
    void turn() {
        engine.adoption().turn();
    }

    /// The engine thread has looked at all reactors once, and in its next turn it loses its patience.
    void exhaustPatience() {
        network.passTime();
        turn();
        network.passTime();
    }

    /// Whether the engine thread is told what happens at `reactor`.
    boolean isNested(Reactor reactor) {
        return ((RacePoller) engine.adoption().reactor().poller()).nests(reactor.poller());
    }

    // ---- outcomes ----

    /// The end that `told` was told, in a word, if nothing is wrong.
    String end(RaceRecord told) {
        return verdict(told.end());
    }

    /// `word`, unless the engine has misused the network, or a thread has slept through its wake-up.
    String verdict(String word) {
        return network.mistakes() > 0 ? "misuse" : network.hasOverslept() ? "overslept" : word;
    }

    /// Waits for any of `events`, for ever; says how that ended.
    String await(Caller waiter, EventObject... events) {
        EventObject.Wait wait = waiter.eventWait(false);
        for (EventObject event : events) {
            wait.add(event);
        }
        return ended(waiter.await(wait, -1, false));
    }

    /// How a wait has ended, in words.
    String ended(int how) {
        return verdict(switch (how) {
            case Caller.SATISFIED -> "satisfied";
            case Caller.IO_COMPLETION -> "routines have run";
            default -> "failed";
        });
    }
}
