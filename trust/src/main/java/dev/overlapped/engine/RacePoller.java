package dev.overlapped.engine;

import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A poller of a [RaceNetwork], by the rules of the kernel's epoll. Guarded by the network's monitor, on
/// which it also waits: whatever happens there, everybody who polls looks.
final class RacePoller implements Poller {
    /// A line, or another poller; the other one of the two is null.
    private static final class Watch {
        private final RaceNetwork.Line line;
        private final RacePoller inner;
        private long key;
        private int interest;
        private boolean signalled;

        Watch(RaceNetwork.Line line, RacePoller inner) {
            this.line = line;
            this.inner = inner;
        }

        void change(long newKey, int newInterest) {
            key = newKey;
            interest = newInterest;
            signalled = true;
        }

        boolean isReady() {
            return inner != null ? (interest & Interest.READ) != 0 && inner.isReady()
                    : signalled && (line.readiness() & interest) != 0;
        }

        /// An edge is reported once, a nested poller for as long as it has something.
        int take() {
            int ready = !isReady() ? 0 : inner != null ? Interest.READ : line.readiness() & interest;
            signalled = false;
            return ready;
        }
    }

    private final RaceNetwork network;
    private final List<Watch> watches = new ArrayList<>(2);
    private boolean wokenUp;
    private boolean closed;

    RacePoller(RaceNetwork network) {
        this.network = network;
    }

    /// Under the network's monitor.
    void signal(RaceNetwork.Line line, int readiness) {
        for (Watch watch : watches) {
            watch.signalled |= watch.line == line && (watch.interest & readiness) != 0;
        }
    }

    private boolean isReady() {
        return wokenUp || watches.stream().anyMatch(Watch::isReady);
    }

    /// Whether `inner` is nested here at this moment.
    boolean nests(Poller inner) {
        synchronized (network) {
            Watch watch = of(null, inner);
            return watch != null && (watch.interest & Interest.READ) != 0;
        }
    }

    private Watch of(RaceNetwork.Line line, Poller inner) {
        for (Watch watch : watches) {
            if (watch.line == line && watch.inner == inner) {
                return watch;
            }
        }
        return null;
    }

    private void mustBeOpen() {
        if (closed) {
            network.mistake();
        }
    }

    private int watch(RaceNetwork.Line line, RacePoller inner, long key, int interest) {
        mustBeOpen();
        Watch watch = of(line, inner);
        if (watch == null) {
            watch = new Watch(line, inner);
            watches.add(watch);
        }
        watch.change(key, interest);
        network.notifyAll();
        return 0;
    }

    @Override
    public int watch(int descriptor, long key, int interest) {
        synchronized (network) {
            RaceNetwork.Line line = network.line(descriptor);
            return line == null ? -Errno.EBADF : watch(line, null, key, interest);
        }
    }

    @Override
    public int rewatch(int descriptor, long key, int interest) {
        return watch(descriptor, key, interest);
    }

    @Override
    public int unwatch(int descriptor) {
        synchronized (network) {
            mustBeOpen();
            watches.remove(of(network.line(descriptor), null));
            return 0;
        }
    }

    @Override
    public int nest(Poller inner, long key, boolean on) {
        synchronized (network) {
            return watch(null, (RacePoller) inner, key, Interest.LEVEL | (on ? Interest.READ : 0));
        }
    }

    @Override
    public int unnest(Poller inner) {
        synchronized (network) {
            watches.remove(of(null, inner));
            return 0;
        }
    }

    @Override
    public int poll(ReadyEvents events, long timeoutNanos) {
        synchronized (network) {
            mustBeOpen();
            events.clear();
            // Races wait for ever, or not at all.
            long left = timeoutNanos == 0 ? 0 : RaceNetwork.PATIENCE_NANOS;
            long deadline = System.nanoTime() + left;
            while (!collect(events) && left > 0) {
                await(left);
                left = deadline - System.nanoTime();
            }
            if (left <= 0 && timeoutNanos != 0) {
                network.oversleep();
            }
            return events.size();
        }
    }

    private void await(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(network, nanos);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a race", e);
        }
    }

    /// True: the poll is over.
    private boolean collect(ReadyEvents events) {
        boolean over = wokenUp;
        wokenUp = false;
        for (Watch watch : watches) {
            int ready = watch.take();
            if (ready != 0) {
                events.add(watch.key, ready);
                over = true;
            }
        }
        return over;
    }

    @Override
    public void wakeUp() {
        synchronized (network) {
            mustBeOpen();
            wokenUp = true;
            network.notifyAll();
        }
    }

    @Override
    public void close() {
        synchronized (network) {
            mustBeOpen();
            closed = true;
        }
    }
}
