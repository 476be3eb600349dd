package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.util.Set;
import java.util.SplittableRandom;

/// What goes wrong around a random program: by the network's own chance, and on purpose. It knows which
/// failures may come of that, and no request may fail for any other reason.
final class SimulatedWeather {
    private static final Set<Integer> LOST = Set.of(WinsockErrors.WSAECONNABORTED,
            WinsockErrors.WSAECONNRESET, WinsockErrors.WSAENETRESET, WinsockErrors.WSAENETDOWN,
            WinsockErrors.WSAENETUNREACH);
    /// Each of these loses connections that nobody has ended.
    private static final Chance[] LOSES = {Chance.RESETS, Chance.TIME_OUTS, Chance.BACKLOG_RESETS};
    private static final long STALL_NANOS_MAX = 20_000_000;

    private final SimulatedProvider provider;
    private final SplittableRandom random;
    private final SimulatedOptions options;
    /// Whether connections are lost without the program's doing.
    private final boolean isRough;
    private boolean linkIsDown;
    private boolean linkWasDown;
    private boolean wasShort;
    private boolean hasTimedOut;

    SimulatedWeather(SimulatedOptions options, SimulatedProvider provider, SplittableRandom random) {
        this.options = options;
        this.provider = provider;
        this.random = random;
        boolean loses = false;
        for (Chance chance : LOSES) {
            loses |= options.probability(chance) > 0;
        }
        this.isRough = loses;
    }

    /// The options of a program: a storm, in a third of them without what loses connections, so that none is
    /// lost there for no reason.
    static SimulatedOptions options(long seed, SplittableRandom random) {
        SimulatedOptions options = SimulatedOptions.stormy(seed);
        if (random.nextInt(3) == 0) {
            for (Chance chance : LOSES) {
                options = options.with(chance, 0);
            }
        }
        return options;
    }

    // ---- on purpose ----

    /// Something happens to the network, or to the connection of `end`, which may be null. The calling thread
    /// says what.
    void change(SimulatedEnd end, SimulatedRoutines routines) {
        switch (random.nextInt(4)) {
            case 0, 1 -> {
                if (end != null && !end.isForDatagrams()) {
                    long nanos = 1 + random.nextLong(STALL_NANOS_MAX);
                    routines.say("stall " + end + " for " + nanos);
                    provider.stall(end.socket.descriptor(), nanos);
                }
            }
            case 2 -> {
                if (end != null && !end.isForDatagrams() && isRough) {
                    ConnectionEnd[] ways = ConnectionEnd.values();
                    ConnectionEnd how = ways[random.nextInt(ways.length)];
                    routines.say("time out " + end + ": " + how);
                    hasTimedOut = true;
                    provider.timeOut(end.socket.descriptor(), how);
                }
            }
            default -> {
                if (linkIsDown || isRough) {
                    link(linkIsDown, routines);
                }
            }
        }
    }

    private void link(boolean up, SimulatedRoutines routines) {
        routines.say(up ? "link up" : "link down");
        linkIsDown = !up;
        linkWasDown |= !up;
        if (up) {
            provider.bringLinkUp();
        } else {
            provider.takeLinkDown();
        }
    }

    /// There are `spare` descriptors more than are in use.
    void limitDescriptors(int spare, SimulatedRoutines routines) {
        routines.say("only " + spare + " descriptors are left");
        wasShort = true;
        // Each poller takes two.
        provider.limitDescriptors(provider.openDescriptors() + 2 * provider.openPollers() + spare);
    }

    /// Everything is to be had again.
    void clear() {
        provider.limitDescriptors(options.descriptorsMax());
    }

    /// From here on nothing happens on purpose.
    void settle(SimulatedRoutines routines) {
        clear();
        if (linkIsDown) {
            link(true, routines);
        }
    }

    // ---- what may come of it ----

    /// Whether `code` means that a connection is lost.
    static boolean isLoss(int code) {
        return LOST.contains(code);
    }

    /// How often one datagram arrives at most.
    int copiesMax() {
        return options.probability(Chance.DOUBLED_DATAGRAMS) > 0 ? 2 : 1;
    }

    /// Whether a request of `end` may fail with `code` through no doing of the program's.
    boolean mayCause(int code, SimulatedEnd end) {
        return (code == WinsockErrors.WSAENOBUFS && memoryIsScarce())
                || (end.isForDatagrams() ? isAnswer(code) : isLoss(code) && mayLose(code, end));
    }

    private boolean memoryIsScarce() {
        return options.probability(Chance.NO_MEMORY_TO_SEND) > 0
                || options.probability(Chance.NO_MEMORY_TO_WATCH) > 0 || wasShort;
    }

    /// What the network answers to datagrams.
    private boolean isAnswer(int code) {
        return switch (code) {
            case WinsockErrors.WSAECONNRESET -> true;
            case WinsockErrors.WSAENETRESET -> options.probability(Chance.EXPIRED_DATAGRAMS) > 0;
            default -> isOfLink(code);
        };
    }

    private boolean isOfLink(int code) {
        return linkWasDown && (code == WinsockErrors.WSAENETDOWN || code == WinsockErrors.WSAENETUNREACH);
    }

    private boolean mayLose(int code, SimulatedEnd end) {
        boolean timesOut = options.probability(Chance.TIME_OUTS) > 0 || linkWasDown || hasTimedOut;
        return switch (code) {
            case WinsockErrors.WSAECONNABORTED, WinsockErrors.WSAECONNRESET -> end.mayBreak() || isRough;
            case WinsockErrors.WSAENETRESET -> timesOut;
            case WinsockErrors.WSAENETDOWN -> linkWasDown || hasTimedOut;
            default -> isOfLink(code);
        };
    }

    /// Whether a connect may fail with `code`; another try may succeed.
    boolean mayFailConnect(int code) {
        return switch (code) {
            case WinsockErrors.WSAECONNREFUSED -> options.probability(Chance.REFUSED_CONNECTS) > 0;
            case WinsockErrors.WSAETIMEDOUT -> linkWasDown || options.probability(Chance.SLOW_CONNECTS) > 0
                    || options.probability(Chance.SILENT_CONNECTS) > 0;
            case WinsockErrors.WSAECONNRESET -> isRough;
            case WinsockErrors.WSAENOBUFS -> memoryIsScarce();
            default -> isOfLink(code);
        };
    }

    /// Whether an accept may fail with `code`; another try may succeed.
    boolean mayFailAccept(int code) {
        return (code == WinsockErrors.WSAEMFILE && wasShort)
                || (code == WinsockErrors.WSAENOBUFS && memoryIsScarce());
    }
}
