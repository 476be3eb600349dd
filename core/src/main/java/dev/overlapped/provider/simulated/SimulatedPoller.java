package dev.overlapped.provider.simulated;

import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// A set of watched descriptors, with the rules of the kernel's epoll: a signal puts a watch on the list of
/// those that may be ready, a poll takes it off and looks at what is ready now, a level stays on the list,
/// and a new or changed watch is put on it if something is ready at that moment.
///
/// In which order one poll reports what is ready is left to chance, since the kernel promises none.
final class SimulatedPoller implements Poller {
    /// Something that can be watched: it says what is ready, and signals when that begins.
    static final class Source {
        static final int READABLE = 1;
        static final int WRITABLE = 2;
        static final int PEER_ENDED = 4;
        /// Reported whatever a watch asks for.
        static final int BROKEN = 8;
        static final int EVERYTHING = READABLE | WRITABLE | PEER_ENDED | BROKEN;

        private final IntSupplier readiness;
        private final Supplier<String> description;
        private final List<Watch> watches = new ArrayList<>();

        Source(IntSupplier readiness, Supplier<String> description) {
            this.readiness = readiness;
            this.description = description;
        }

        /// What `bits` name has begun, or begun anew.
        void signal(int bits) {
            for (Watch watch : watches) {
                if ((bits & watch.mask()) != 0) {
                    watch.poller.mayBeReady(watch);
                }
            }
        }

        /// Ends every watch, as the kernel does when a descriptor is closed.
        void close() {
            for (Watch watch : watches) {
                watch.poller.forget(watch);
            }
            watches.clear();
        }
    }

    private static final class Watch {
        private final SimulatedPoller poller;
        private final Source source;
        private long key;
        private int interest;

        Watch(SimulatedPoller poller, Source source) {
            this.poller = poller;
            this.source = source;
        }

        int mask() {
            int mask = Source.BROKEN;
            if ((interest & Interest.READ) != 0) {
                mask |= Source.READABLE | Source.PEER_ENDED;
            }
            return (interest & Interest.WRITE) != 0 ? mask | Source.WRITABLE : mask;
        }

        int ready() {
            return source.readiness.getAsInt() & mask();
        }

        boolean isLevel() {
            return (interest & Interest.LEVEL) != 0;
        }
    }

    private final SimulatedProvider provider;
    private final Schedule schedule;
    /// Itself, where another poller watches it.
    private final Source self = new Source(this::readiness, () -> "a poller");
    private final Map<Source, Watch> watches = new LinkedHashMap<>();
    /// What a poll has to look at, each at most once.
    private final ArrayList<Watch> candidates = new ArrayList<>();
    private boolean wokenUp;
    /// The last time that a poll had to wait, a signal ended it.
    private boolean interrupted;
    private boolean closed;

    SimulatedPoller(SimulatedProvider provider, Schedule schedule) {
        this.provider = provider;
        this.schedule = schedule;
    }

    private void mustBeOpen() {
        if (closed) {
            throw provider.mistake("the poller is closed");
        }
    }

    // ---- watching ----

    @Override
    public int watch(int descriptor, long key, int interest) {
        Source source = provider.source(descriptor);
        return provider.hasMemoryToWatch(descriptor) ? watch(source, key, interest) : -Errno.ENOMEM;
    }

    private int watch(Source source, long key, int interest) {
        mustBeOpen();
        if (watches.containsKey(source)) {
            return -Errno.EEXIST;
        }
        Watch watch = new Watch(this, source);
        watches.put(source, watch);
        source.watches.add(watch);
        return change(watch, key, interest);
    }

    @Override
    public int rewatch(int descriptor, long key, int interest) {
        return change(watchOf(provider.source(descriptor)), key, interest);
    }

    /// The engine keeps account of what it watches, so a watch that is not there is its mistake.
    private Watch watchOf(Source source) {
        mustBeOpen();
        Watch watch = watches.get(source);
        if (watch == null) {
            throw provider.mistake("not watched here: " + source.description.get());
        }
        return watch;
    }

    private int change(Watch watch, long key, int interest) {
        watch.key = key;
        watch.interest = interest;
        if (watch.ready() != 0) {
            mayBeReady(watch);
        }
        return 0;
    }

    @Override
    public int unwatch(int descriptor) {
        return unwatch(watchOf(provider.source(descriptor)));
    }

    private int unwatch(Watch watch) {
        watch.source.watches.remove(watch);
        forget(watch);
        return 0;
    }

    private void forget(Watch watch) {
        watches.remove(watch.source);
        candidates.remove(watch);
    }

    @Override
    public int nest(Poller inner, long key, boolean on) {
        SimulatedPoller nested = (SimulatedPoller) inner;
        nested.mustBeOpen();
        int interest = Interest.LEVEL | (on ? Interest.READ : 0);
        return watches.containsKey(nested.self) ? change(watchOf(nested.self), key, interest)
                : watch(nested.self, key, interest);
    }

    /// Harmless where it was never nested.
    @Override
    public int unnest(Poller inner) {
        mustBeOpen();
        Watch watch = watches.get(((SimulatedPoller) inner).self);
        return watch == null ? 0 : unwatch(watch);
    }

    private void mayBeReady(Watch watch) {
        if (!candidates.contains(watch)) {
            candidates.add(watch);
        }
        self.signal(Source.READABLE);
    }

    private int readiness() {
        boolean ready = wokenUp || candidates.stream().anyMatch(watch -> watch.ready() != 0);
        return ready ? Source.READABLE : 0;
    }

    // ---- polling ----

    @Override
    public int poll(ReadyEvents events, long timeoutNanos) {
        mustBeOpen();
        events.clear();
        SimulatedThreads threads = provider.threads();
        threads.self();
        // Never twice in a row: a signal that comes each time would be a poll that never waits.
        interrupted = timeoutNanos != 0 && !hasNews() && !interrupted
                && schedule.happens(Chance.INTERRUPTED_POLLS);
        if (timeoutNanos != 0 && !interrupted
                && !threads.await(this::hasNews, threads.deadline(timeoutNanos), this::waiting)) {
            return -Errno.ESHUTDOWN;
        }
        collect(events);
        return events.size();
    }

    /// As the kernel does when it is told of something, this forgets what is not ready any more.
    private boolean hasNews() {
        candidates.removeIf(watch -> watch.ready() == 0);
        return wokenUp || !candidates.isEmpty();
    }

    private void collect(ReadyEvents events) {
        wokenUp = false;
        List<Watch> levels = new ArrayList<>();
        while (!candidates.isEmpty() && events.size() < ReadyEvents.EVENTS_MAX) {
            Watch watch = candidates.remove(schedule.below(candidates.size()));
            int ready = watch.ready();
            if (ready != 0) {
                events.add(watch.key, reported(ready));
                if (watch.isLevel()) {
                    levels.add(watch);
                }
            }
        }
        candidates.addAll(levels);
    }

    private static int reported(int ready) {
        boolean special = (ready & (Source.PEER_ENDED | Source.BROKEN)) != 0;
        int readiness = special ? Interest.SPECIAL : 0;
        if (special || (ready & Source.READABLE) != 0) {
            readiness |= Interest.READ;
        }
        return (ready & (Source.WRITABLE | Source.BROKEN)) != 0 ? readiness | Interest.WRITE : readiness;
    }

    private String waiting() {
        StringBuilder text = new StringBuilder("in a poll");
        for (Watch watch : watches.values()) {
            text.append("\n  key ").append(watch.key).append(", interest ").append(watch.interest)
                    .append(", ready ").append(watch.ready()).append(": ")
                    .append(watch.source.description.get());
        }
        return text.toString();
    }

    @Override
    public void wakeUp() {
        mustBeOpen();
        provider.threads().self();
        wokenUp = true;
        self.signal(Source.READABLE);
    }

    @Override
    public void close() {
        mustBeOpen();
        closed = true;
        for (Watch watch : watches.values()) {
            watch.source.watches.remove(watch);
        }
        watches.clear();
        candidates.clear();
        self.close();
        provider.pollerClosed();
    }
}
