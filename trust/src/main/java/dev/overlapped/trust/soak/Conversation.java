package dev.overlapped.trust.soak;

import dev.overlapped.winsock2.Synchapi;
import dev.overlapped.winsock2.Winerror;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/// One connection from its opening to its end: a stream in one direction or in both, each by a thread that
/// sends and one that receives, and perhaps something that goes wrong on the way.
final class Conversation {
    /// How it ends before its time.
    private enum Fate { NONE, RESET, CLOSE }

    final Tally tally;
    final Pattern pattern;
    /// Frees what was received into when all is over: nothing may be under way then.
    final Arena arena = Arena.ofShared();
    private final List<Thread> live;
    private final List<Conversation> open;
    private final List<Object> parts = new ArrayList<>();
    private final String name;
    private final End[] ends;
    private final Random random;
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final CountDownLatch sides;
    /// From here on requests may fail, since the connection is or will be ended.
    private volatile boolean over;

    /// `live` has the threads that may be interrupted.
    Conversation(String name, End[] ends, Random random, Soak.Shared shared) {
        this.name = name;
        this.ends = ends;
        this.random = random;
        this.tally = shared.tally();
        this.pattern = shared.pattern();
        this.live = shared.live();
        this.open = shared.open();
        this.sides = new CountDownLatch(random.nextBoolean() ? 4 : 2);
    }

    /// Returns when everything has ended, on the thread that closes both ends if nobody has.
    void run() throws InterruptedException {
        Fate fate = List.of(Fate.values()).get(random.nextInt(Fate.values().length));
        Sender[] senders = new Sender[(int) sides.getCount() / 2];
        Receiver[] receivers = new Receiver[senders.length];
        for (int i = 0; i < senders.length; i++) {
            senders[i] = new Sender(this, ends[i], new Random(random.nextLong()));
            receivers[i] = new Receiver(this, ends[1 - i], senders[i], new Random(random.nextLong()));
        }
        parts.addAll(List.of(senders));
        parts.addAll(List.of(receivers));
        open.add(this);
        if (fate != Fate.NONE) {
            senders[0].meetFate(random.nextInt(40), () -> {
                over = true;
                end(fate, ends[random.nextInt(2)]);
            });
        }
        for (int i = 0; i < senders.length; i++) {
            start(senders[i]::run);
            start(receivers[i]::run);
        }
        sides.await();
        open.remove(this);
        for (End end : ends) {
            end.close();
        }
        for (int i = 0; i < senders.length; i++) {
            senders[i].look();
            receivers[i].look();
        }
        complaints.forEach(each -> tally.violation(name + ", " + fate + ": " + each));
        arena.close();
        tally.connections.increment();
    }

    private void end(Fate fate, End end) {
        if (fate == Fate.RESET) {
            tally.resets.increment();
            end.reset();
        } else {
            end.close();
        }
    }

    /// Begins a thread of one side. It is told what to do, and a side that goes on after its thread has ended
    /// begins another one.
    void start(Runnable work) {
        Thread.Builder builder = random.nextBoolean() ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        Thread thread = builder.name(name).unstarted(() -> {
            live.add(Thread.currentThread());
            try {
                work.run();
            } catch (Throwable e) {
                complain("a thread failed: " + e + " " + List.of(e.getStackTrace()));
                over = true;
                for (End end : ends) {
                    end.close();
                }
                sides.countDown();
            } finally {
                live.remove(Thread.currentThread());
            }
        });
        thread.start();
    }

    /// One side has nothing more to do. Nothing may be queued to its last thread.
    void sideEnded() {
        while (Synchapi.SleepEx(0, true) != 0) {
            Thread.onSpinWait();
        }
        sides.countDown();
    }

    /// For when nothing moves any more.
    @Override
    public String toString() {
        return name + (over ? ", over: " : ": ") + parts + ", complaints " + complaints;
    }

    boolean isOver() {
        return over;
    }

    void complain(String what) {
        complaints.add(what);
    }

    /// Whether a request may end with `code`: `stopped` if it was cancelled, or its thread has ended.
    boolean mayEndWith(int code, boolean stopped) {
        return switch (code) {
            case 0 -> true;
            case Winerror.WSA_OPERATION_ABORTED -> stopped || over;
            case Winerror.WSAECONNABORTED, Winerror.WSAECONNRESET, Winerror.WSAENOTSOCK,
                    Winerror.WSAESHUTDOWN, Winerror.WSAENOTCONN -> over;
            default -> false;
        };
    }
}
