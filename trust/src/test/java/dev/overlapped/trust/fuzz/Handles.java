package dev.overlapped.trust.fuzz;

import dev.overlapped.winsock2.Winsock2;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The handles that a sequence has, live ones and others, and its requests. Also the thread that rescues it
/// reads the sockets.
final class Handles {
    private static final long[] NEVER = {0, -1, 1, 2, 3, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE,
        Integer.MIN_VALUE, -2, -4, 4};
    private static final int KEPT_MAX = 64;

    private final List<Long> sockets = new CopyOnWriteArrayList<>();
    private final List<Long> listeners = new ArrayList<>();
    private final List<Long> connected = new ArrayList<>();
    private final List<Long> fresh = new ArrayList<>();
    private final List<Long> events = new ArrayList<>();
    private final List<Long> threads = new ArrayList<>();
    private final List<WSAOVERLAPPED> requests = new ArrayList<>();

    /// A function has returned a handle.
    void made(String function, long handle) {
        switch (function) {
            case "socket", "WSASocket" -> fresh(handle);
            case "accept" -> connected(handle);
            case "WSACreateEvent", "CreateEventA" -> events.add(handle);
            case "OpenThread" -> threads.add(handle);
            default -> {
                // Not a handle.
            }
        }
    }

    /// One that is good to listen with, and no less to be used wrongly.
    void listener(long socket) {
        sockets.add(socket);
        listeners.add(socket);
    }

    void connected(long socket) {
        sockets.add(socket);
        connected.add(socket);
    }

    void fresh(long socket) {
        sockets.add(socket);
        fresh.add(socket);
    }

    /// All that there have been.
    List<Long> sockets() {
        return sockets;
    }

    List<Long> events() {
        return events;
    }

    List<Long> threads() {
        return threads;
    }

    List<WSAOVERLAPPED> requests() {
        return requests;
    }

    long socket(Choices choices) {
        return some(choices, sockets, events);
    }

    long listener(Choices choices) {
        return some(choices, listeners, sockets);
    }

    long connected(Choices choices) {
        return some(choices, connected, sockets);
    }

    long fresh(Choices choices) {
        return some(choices, fresh, sockets);
    }

    long event(Choices choices) {
        return some(choices, events, sockets);
    }

    long thread(Choices choices) {
        return choices.oneIn(3) ? some(choices, threads, events) : -2;
    }

    /// Mostly one of those wanted; else of another kind, close to one, or none at all.
    private static long some(Choices choices, List<Long> wanted, List<Long> others) {
        return switch (choices.below(19, 24)) {
            case 19 -> one(choices, others);
            case 20 -> one(choices, wanted) + choices.of(1, 1, 2, 3, 4, -4, 8, 1 << 20);
            case 21 -> one(choices, wanted) | (1L << 32);
            case 22 -> NEVER[choices.below(NEVER.length)];
            case 23 -> choices.number();
            default -> one(choices, wanted);
        };
    }

    private static long one(Choices choices, List<Long> handles) {
        return handles.isEmpty() ? 0 : handles.get(choices.below(handles.size()));
    }

    long newEvent() {
        long event = Winsock2.WSACreateEvent();
        if (event != 0) {
            events.add(event);
        }
        return event;
    }

    WSAOVERLAPPED newOverlapped() {
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        if (requests.size() < KEPT_MAX) {
            requests.add(overlapped);
        }
        return overlapped;
    }

    /// One that was used before, and perhaps still is.
    WSAOVERLAPPED overlapped(Choices choices) {
        return requests.isEmpty() ? newOverlapped() : requests.get(choices.below(requests.size()));
    }
}
