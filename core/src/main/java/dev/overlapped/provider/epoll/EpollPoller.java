package dev.overlapped.provider.epoll;

import dev.overlapped.linux.Constants;
import dev.overlapped.linux.EpollEvent;
import dev.overlapped.linux.Libc;
import dev.overlapped.linux.Scratch;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An epoll descriptor, and an eventfd in it that wakes whoever waits.
///
/// The eventfd is watched edge-triggered and never read: each write is a new edge, and its counter, which
/// grows by one a wake-up, cannot come to its limit of 2^64 - 2.
public final class EpollPoller implements Poller {
    /// The key of the wake-up event. No descriptor can be watched under it.
    public static final long WAKE_UP_KEY = Long.MIN_VALUE;

    private static final long NANOS_PER_MILLI = 1_000_000;
    /// What every eventfd is written: the number 1. Owned by the process.
    private static final MemorySegment ONE = Arena.global().allocateFrom(ValueLayout.JAVA_LONG, 1);

    private final int epoll;
    private final int wakeUp;
    /// Once true, the two numbers may belong to anybody.
    private volatile boolean closed;

    private EpollPoller(int epoll, int wakeUp) {
        this.epoll = epoll;
        this.wakeUp = wakeUp;
    }

    /// Opens one, or returns null when descriptors or memory are used up.
    static EpollPoller open() {
        int epoll = Libc.epoll_create1(Constants.EPOLL_CLOEXEC);
        if (epoll < 0) {
            return null;
        }
        int wakeUp = Libc.eventfd(0, Constants.EFD_NONBLOCK | Constants.EFD_CLOEXEC);
        if (wakeUp < 0) {
            Libc.close(epoll);
            return null;
        }
        EpollPoller poller = new EpollPoller(epoll, wakeUp);
        int mask = Constants.EPOLLIN | Constants.EPOLLET;
        if (poller.control(Constants.EPOLL_CTL_ADD, wakeUp, WAKE_UP_KEY, mask) < 0) {
            poller.close();
            return null;
        }
        return poller;
    }

    private int control(int operation, int descriptor, long key, int mask) {
        MemorySegment event = Scratch.current().event();
        EpollEvent.NATIVE.set(event, 0, mask, key);
        return Libc.epoll_ctl(open(epoll), operation, descriptor, event);
    }

    private int open(int descriptor) {
        if (closed) {
            throw new AssertionError("the poller is closed");
        }
        return descriptor;
    }

    @Override
    public int watch(int descriptor, long key, int interest) {
        return control(Constants.EPOLL_CTL_ADD, descriptor, usable(key), mask(interest));
    }

    private static long usable(long key) {
        if (key == WAKE_UP_KEY) {
            throw new AssertionError("the key of the wake-up event");
        }
        return key;
    }

    private static int mask(int interest) {
        int mask = (interest & Interest.LEVEL) != 0 ? 0 : Constants.EPOLLET;
        if ((interest & Interest.READ) != 0) {
            mask |= Constants.EPOLLIN | Constants.EPOLLPRI | Constants.EPOLLRDHUP;
        }
        if ((interest & Interest.WRITE) != 0) {
            mask |= Constants.EPOLLOUT;
        }
        return mask;
    }

    @Override
    public int rewatch(int descriptor, long key, int interest) {
        return control(Constants.EPOLL_CTL_MOD, descriptor, usable(key), mask(interest));
    }

    @Override
    public int unwatch(int descriptor) {
        return control(Constants.EPOLL_CTL_DEL, descriptor, 0, 0);
    }

    /// Errors and hang-ups are reported even where nothing is asked for, but an epoll descriptor has none: so
    /// a nested poller that is off costs nothing.
    @Override
    public int nest(Poller inner, long key, boolean on) {
        int mask = on ? Constants.EPOLLIN : 0;
        int nested = descriptorOf(inner);
        int result = control(Constants.EPOLL_CTL_MOD, nested, usable(key), mask);
        if (result == -Constants.ENOENT) {
            result = control(Constants.EPOLL_CTL_ADD, nested, key, mask);
        }
        // Another thread has added it between the two calls.
        return result == -Errno.EEXIST ? control(Constants.EPOLL_CTL_MOD, nested, key, mask) : result;
    }

    private static int descriptorOf(Poller inner) {
        EpollPoller poller = (EpollPoller) inner;
        return poller.open(poller.epoll);
    }

    @Override
    public int unnest(Poller inner) {
        return control(Constants.EPOLL_CTL_DEL, descriptorOf(inner), 0, 0);
    }

    @Override
    public int poll(ReadyEvents events, long timeoutNanos) {
        events.clear();
        MemorySegment reported = Scratch.current().events();
        int count = Libc.epoll_wait(open(epoll), reported, ReadyEvents.EVENTS_MAX, millis(timeoutNanos));
        if (count < 0) {
            return count == -Errno.EINTR ? 0 : count;
        }
        for (int i = 0; i < count; i++) {
            long key = EpollEvent.NATIVE.data(reported, i);
            if (key != WAKE_UP_KEY) {
                events.add(key, readiness(EpollEvent.NATIVE.events(reported, i)));
            }
        }
        return events.size();
    }

    /// Rounded up: who returns too early would only have to wait again.
    private static int millis(long nanos) {
        if (nanos < 0) {
            return -1;
        }
        long millis = nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    private static int readiness(int events) {
        int ended = Constants.EPOLLHUP | Constants.EPOLLERR;
        int special = ended | Constants.EPOLLRDHUP | Constants.EPOLLPRI;
        int readiness = 0;
        if ((events & (Constants.EPOLLIN | special)) != 0) {
            readiness |= Interest.READ;
        }
        if ((events & (Constants.EPOLLOUT | ended)) != 0) {
            readiness |= Interest.WRITE;
        }
        if ((events & special) != 0) {
            readiness |= Interest.SPECIAL;
        }
        return readiness;
    }

    /// Whether urgent data has come and is unread: 1, 0 or `-errno`. Nothing but a poll tells that in every
    /// case, and this poll is for one descriptor and one moment.
    static int hasUrgent(int descriptor) {
        int epoll = Libc.epoll_create1(Constants.EPOLL_CLOEXEC);
        if (epoll < 0) {
            return epoll;
        }
        Scratch scratch = Scratch.current();
        EpollEvent.NATIVE.set(scratch.event(), 0, Constants.EPOLLPRI, 0);
        int result = Libc.epoll_ctl(epoll, Constants.EPOLL_CTL_ADD, descriptor, scratch.event());
        if (result == 0) {
            result = Libc.epoll_wait(epoll, scratch.event(), 1, 0);
        }
        boolean urgent = result == 1
                && (EpollEvent.NATIVE.events(scratch.event(), 0) & Constants.EPOLLPRI) != 0;
        Libc.close(epoll);
        return urgent ? 1 : Math.min(result, 0);
    }

    @Override
    public void wakeUp() {
        long written = Libc.write(open(wakeUp), ONE, Long.BYTES);
        if (written != Long.BYTES) {
            throw new AssertionError("a wake-up gave " + written);
        }
    }

    @Override
    public void close() {
        open(epoll);
        closed = true;
        Libc.close(wakeUp);
        Libc.close(epoll);
    }
}
