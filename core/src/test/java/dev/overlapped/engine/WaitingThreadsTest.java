package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import dev.overlapped.provider.simulated.SimulatedThreads;
import dev.overlapped.provider.simulated.ThreadOptions;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One thread waits, and another one does something to it. Nobody loses his turn where he could go on, so
/// that each test has one order of things.
class WaitingThreadsTest {
    private static final long MILLI_NANOS = 1_000_000;
    /// Far more than one thread waits for what the other one does.
    private static final long LONG_NANOS = 10_000 * MILLI_NANOS;

    private final List<String> told = new ArrayList<>();
    private SeveralThreads several;
    private SimulatedProvider provider;
    private SimulatedThreads threads;
    private Engine engine;

    private void begin(boolean engineThread) {
        several = new SeveralThreads(SimulatedOptions.calm(1), new ThreadOptions(0, true),
                new SplittableRandom(1), engineThread);
        provider = several.provider;
        threads = several.threads;
        engine = several.engine;
    }

    private Thread start(boolean virtual, Consumer<Caller> body) {
        return several.start(virtual ? "virtual" : "platform", virtual, body);
    }

    // ---- interrupts ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptThatEndsNoWaitIsStillThereAfterIt(boolean virtual) {
        begin(false);
        start(virtual, caller -> {
            Thread.currentThread().interrupt();
            told.add(caller.sleep(MILLI_NANOS, false) + " at " + provider.nanoTime());
            told.add("interrupted: " + Thread.interrupted());
            told.add(caller.sleep(MILLI_NANOS, false) + " at " + provider.nanoTime());
            told.add("interrupted: " + Thread.interrupted());
        });
        several.run();
        assertThat(told).containsExactly(Caller.TIMEOUT + " at " + MILLI_NANOS, "interrupted: true",
                Caller.TIMEOUT + " at " + 2 * MILLI_NANOS, "interrupted: false");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptEndsAWaitAtOnceAndTakesTheFlagAway(boolean virtual) {
        begin(false);
        Thread waiting = start(virtual, caller -> {
            told.add("ended: " + caller.sleepInterruptibly(LONG_NANOS, false));
            told.add("interrupted: " + Thread.interrupted());
        });
        start(false, _ -> {
            threads.sleep(MILLI_NANOS);
            threads.interrupt(waiting);
        });
        several.run();
        assertThat(told).containsExactly("ended: " + Caller.INTERRUPTED, "interrupted: false");
        assertThat(provider.nanoTime()).isEqualTo(MILLI_NANOS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptThatCameBeforeTheWaitEndsItAsWell(boolean virtual) {
        begin(false);
        start(virtual, caller -> {
            Thread.currentThread().interrupt();
            told.add("ended: " + caller.sleepInterruptibly(LONG_NANOS, false));
            told.add("interrupted: " + Thread.interrupted());
        });
        several.run();
        assertThat(told).containsExactly("ended: " + Caller.INTERRUPTED, "interrupted: false");
        assertThat(provider.nanoTime()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptedThreadWaitsWithoutSpinning(boolean virtual) {
        begin(false);
        List<Integer> turnsOfWaits = new ArrayList<>();
        start(virtual, caller -> {
            caller.sleep(MILLI_NANOS, false);
            for (boolean interrupted : new boolean[] {false, true}) {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                int before = several.turns;
                caller.sleep(MILLI_NANOS, false);
                turnsOfWaits.add(several.turns - before);
            }
        });
        several.run();
        assertThat(turnsOfWaits.get(1)).isEqualTo(turnsOfWaits.get(0));
    }

    @Test
    void oneWaitThatCouldBeInterruptedDoesNotMakeTheNextOneSo() {
        begin(false);
        Thread waiting = start(false, caller -> {
            caller.sleepInterruptibly(MILLI_NANOS, false);
            told.add("ended: " + caller.sleep(LONG_NANOS, false));
        });
        start(false, _ -> {
            threads.sleep(2 * MILLI_NANOS);
            waiting.interrupt();
        });
        several.run();
        assertThat(told).containsExactly("ended: " + Caller.TIMEOUT);
        assertThat(engine.instruments().wakeUps()).isZero();
    }

    // ---- wake-ups ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallThatIsQueuedToAThreadEndsItsWait(boolean virtual) {
        begin(false);
        List<Caller> waiting = new ArrayList<>();
        start(virtual, caller -> {
            waiting.add(caller);
            told.add("ended: " + caller.sleep(LONG_NANOS, true));
        });
        start(false, caller -> {
            threads.sleep(MILLI_NANOS);
            told.add(waiting.getFirst().queue(() -> told.add("called"), caller).toString());
        });
        several.run();
        assertThat(told).containsExactly("QUEUED", "called", "ended: " + Caller.IO_COMPLETION);
        assertThat(provider.nanoTime()).isEqualTo(MILLI_NANOS);
    }

    @Test
    void aSignalWakesWhoeverWaits() {
        begin(false);
        EventObject event = EventObject.unnamed(true);
        for (boolean virtual : new boolean[] {false, true, false}) {
            start(virtual, caller -> {
                EventObject.Wait wait = caller.eventWait(false);
                wait.add(event);
                told.add("ended: " + caller.await(wait, LONG_NANOS, false));
            });
        }
        start(false, caller -> {
            threads.sleep(MILLI_NANOS);
            event.signal(caller);
        });
        several.run();
        assertThat(told).hasSize(3).containsOnly("ended: " + Caller.SATISFIED);
        assertThat(provider.nanoTime()).isEqualTo(MILLI_NANOS);
    }

    @Test
    void howeverOftenItIsPutOffAThreadThatWaitsIsWokenOnce() {
        begin(false);
        List<Caller> waiting = new ArrayList<>();
        start(false, caller -> {
            waiting.add(caller);
            told.add("ended: " + caller.sleep(2 * MILLI_NANOS, false));
        });
        start(false, caller -> {
            threads.sleep(MILLI_NANOS);
            caller.wakeLater(waiting.getFirst());
            caller.wakeLater(waiting.getFirst());
            caller.wakeLater(caller);
            caller.afterUnlock();
            caller.afterUnlock();
        });
        several.run();
        assertThat(told).containsExactly("ended: " + Caller.TIMEOUT);
        assertThat(engine.instruments().wakeUps()).isOne();
    }

    @Test
    void aThreadThatDoesNotWaitIsNotWoken() {
        begin(false);
        List<Caller> busy = new ArrayList<>();
        start(false, caller -> {
            busy.add(caller);
            threads.sleep(2 * MILLI_NANOS);
        });
        start(false, caller -> {
            threads.sleep(MILLI_NANOS);
            caller.wakeLater(busy.getFirst());
            caller.afterUnlock();
        });
        several.run();
        assertThat(engine.instruments().wakeUps()).isZero();
    }

    // ---- who leaves ----

    /// Its wait was so long that the engine thread has stopped to look after it.
    @Test
    void whoeverLeavesALongWaitWithARequestPendingIsLookedAfterAgain() {
        begin(true);
        Socket[] pair = new TestSockets(engine, Caller.ofThisThread(engine)).connection();
        Socket client = pair[0];
        Socket server = pair[1];
        EventObject received = EventObject.unnamed(true);
        start(false, caller -> {
            Request receive = caller.receive(server, 0, false);
            assertThat(receive.add(Arena.ofAuto().allocate(1), 1, true)).isTrue();
            receive.indicate(new Untold(), receive, null, received);
            assertThat(server.start(receive, caller)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
            caller.sleep(LONG_NANOS, false);
            threads.sleep(LONG_NANOS);
            told.add("received: " + received.isSignalled());
        });
        start(false, caller -> {
            threads.sleep(LONG_NANOS + LONG_NANOS / 2);
            Request send = caller.send(client, 0, true);
            assertThat(send.add(Arena.ofAuto().allocate(1), 1, false)).isTrue();
            assertThat(client.call(send, caller)).isOne();
        });
        several.run();
        assertThat(told).containsExactly("received: true");
        assertThat(engine.instruments().adopted()).isPositive();
    }

    @Test
    void onlyPlatformThreadsCanBeWatched() {
        begin(false);
        start(true, caller -> told.add("number " + caller.threadId()));
        start(false, caller -> told.add("its own: " + (caller.threadId() == threads.id())));
        several.run();
        assertThat(told).containsExactlyInAnyOrder("number 0", "its own: true");
    }
}
