package dev.overlapped.engine;

import dev.overlapped.provider.Interest;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import dev.overlapped.provider.simulated.ThreadOptions;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/// An engine, mostly without a thread of its own, on a calm network that tells what is asked of its pollers
/// and of its timer, in words. A poller goes by its number in the order they were opened: 0 is the engine
/// thread's.
///
/// Its callers are all the thread that made it, which plays one after the other, and the engine thread too.
final class OverheardEngine {
    private static final long NANOS_PER_MS = 1_000_000;

    /// What is asked of a poller, before the poller itself is asked.
    private final class OverheardPoller implements Poller {
        private final int number;
        private final Poller poller;

        OverheardPoller(int number, Poller poller) {
            this.number = number;
            this.poller = poller;
        }

        private void hear(String what) {
            heard.add(number + " " + what);
        }

        @Override
        public int watch(int descriptor, long key, int interest) {
            hear("watches" + words(interest));
            return refusal == 0 ? poller.watch(descriptor, key, interest) : refusal;
        }

        @Override
        public int rewatch(int descriptor, long key, int interest) {
            hear("rewatches" + words(interest));
            return refusal == 0 ? poller.rewatch(descriptor, key, interest) : refusal;
        }

        @Override
        public int unwatch(int descriptor) {
            hear("unwatches");
            return poller.unwatch(descriptor);
        }

        @Override
        public int nest(Poller inner, long key, boolean on) {
            OverheardPoller nested = (OverheardPoller) inner;
            hear((on ? "nests " : "rests from ") + nested.number);
            return poller.nest(nested.poller, key, on);
        }

        @Override
        public int unnest(Poller inner) {
            OverheardPoller nested = (OverheardPoller) inner;
            hear("lets go of " + nested.number);
            return poller.unnest(nested.poller);
        }

        @Override
        public int poll(ReadyEvents events, long timeoutNanos) {
            return poller.poll(events, timeoutNanos);
        }

        @Override
        public void wakeUp() {
            hear("is woken");
            poller.wakeUp();
        }

        @Override
        public void close() {
            hear("is closed");
            poller.close();
        }
    }

    private final SimulatedProvider network;
    private final Engine engine;
    private final TestSockets sockets;
    private final List<String> heard = new ArrayList<>();
    /// Keeps the number 0 from everything that the engine opens.
    private final int numberZero;
    private int pollers;
    private int refusal;

    OverheardEngine() {
        this(true, false);
    }

    /// The ends of threads can be watched or not. If it is `threaded`, it has a thread of its own all the
    /// same, which has its turns while the one that made it waits.
    OverheardEngine(boolean watchesEnds, boolean threaded) {
        network = new SimulatedProvider(SimulatedOptions.calm(1), new ThreadOptions(0, watchesEnds),
                new SplittableRandom(1), () -> { });
        numberZero = network.open(new SocketKind(SocketKind.Family.IPV4, SocketKind.Type.STREAM));
        engine = new Engine((TransportProvider) Proxy.newProxyInstance(
                TransportProvider.class.getClassLoader(), new Class<?>[] {TransportProvider.class},
                (_, method, arguments) -> asked(method, arguments)), threaded);
        sockets = new TestSockets(engine, caller());
        heard.clear();
    }

    private Object asked(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("setTimer")) {
            heard.add("timer " + (long) arguments[1] / NANOS_PER_MS + " ms");
        }
        try {
            Object answer = method.invoke(network, arguments);
            return answer instanceof Poller poller ? new OverheardPoller(pollers++, poller) : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String words(int interest) {
        return ((interest & Interest.READ) == 0 ? "" : " READ")
                + ((interest & Interest.WRITE) == 0 ? "" : " WRITE")
                + ((interest & Interest.LEVEL) == 0 ? "" : " LEVEL");
    }

    // ---- what it is ----

    Engine engine() {
        return engine;
    }

    SimulatedProvider network() {
        return network;
    }

    TestSockets sockets() {
        return sockets;
    }

    /// A thread that lives.
    Caller caller() {
        return Caller.ofThisThread(engine);
    }

    /// A thread that does not live any more, or not yet: nobody can tell.
    Caller ended() {
        return new Caller(engine, new Thread(() -> { }), 0);
    }

    /// A thread that has something pending, and so holds a reactor.
    Caller pending() {
        Caller caller = caller();
        if (!caller.waiter().pend(false)) {
            throw new AssertionError("no reactor is left");
        }
        return caller;
    }

    // ---- what happens to it ----

    /// `by` starts to receive one byte, without a routine; `event` may be null. Its result.
    long receive(Socket socket, Caller by, EventObject event) {
        Request request = by.receive(socket, 0, false);
        return start(request, 1, event);
    }

    /// `by` starts to send `bytes`.
    long send(Socket socket, Caller by, long bytes) {
        return start(by.send(socket, 0, true), bytes, null);
    }

    private static long start(Request request, long bytes, EventObject event) {
        if (!request.add(Arena.ofAuto().allocate(bytes), bytes, true)) {
            throw new AssertionError("everybody may use this memory");
        }
        request.indicate(new Untold(), request, null, event);
        return request.socket().start(request, request.caller());
    }

    /// For a thread that only has to live, or to hold something, until a test lets it go.
    static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    /// From here on every watch fails with `errno`, negated; 0: none does.
    void refuseWatches(int errno) {
        refusal = -errno;
    }

    /// The next descriptor is number 0, as in a process that has closed its standard input.
    void releaseNumberZero() {
        network.close(numberZero, false);
    }

    /// What has been asked since this was called last.
    List<String> heard() {
        List<String> since = List.copyOf(heard);
        heard.clear();
        return since;
    }
}
