package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import java.util.ArrayList;
import java.util.List;

/// What one end of a connection sends to the other: the sends in the order they were started, and how far
/// the receiver has come in them. Each byte received is checked at once.
///
/// How much of a send was taken is known when it ends; of one that failed, not even then. So there may be
/// several places where the receiver can be, and each byte leaves those that it fits.
final class SimulatedStream {
    private record Place(int send, long offset) {
    }

    private final List<SimulatedTransfer> sends = new ArrayList<>();
    private List<Place> places = new ArrayList<>(List.of(new Place(0, 0)));
    private long received;

    void add(SimulatedTransfer send) {
        sends.add(send);
    }

    void receive(SimulatedTransfer receive) {
        byte[] bytes = receive.received();
        for (int i = followCertain(bytes, 0); i < bytes.length; i = followCertain(bytes, i + 1)) {
            List<Place> fitting = new ArrayList<>(1);
            for (Place place : places) {
                addFitting(place, bytes[i], fitting);
            }
            if (fitting.isEmpty()) {
                throw new AssertionError("byte " + received + " of the stream, byte " + i + " of " + receive
                        + ", is not what follows: " + describe());
            }
            places = fitting;
            received++;
        }
    }

    /// Where nothing is open, byte by byte costs no search. Returns how far that goes.
    private int followCertain(byte[] bytes, int from) {
        Place place = places.getFirst();
        if (places.size() > 1 || place.send == sends.size() || mayEndAnywhere(sends.get(place.send))) {
            return from;
        }
        SimulatedTransfer send = sends.get(place.send);
        int count = (int) Math.min(Math.max(0, limit(send) - place.offset), bytes.length - from);
        int same = 0;
        while (same < count && send.contentAt(place.offset + same) == bytes[from + same]) {
            same++;
        }
        places = List.of(new Place(place.send, place.offset + same));
        received += same;
        return from + same;
    }

    private void addFitting(Place from, byte next, List<Place> fitting) {
        Place place = from;
        while (place != null && place.send < sends.size()) {
            SimulatedTransfer send = sends.get(place.send);
            if (place.offset < limit(send) && send.contentAt(place.offset) == next) {
                Place after = new Place(place.send, place.offset + 1);
                if (!fitting.contains(after)) {
                    fitting.add(after);
                }
            }
            place = following(place);
        }
    }

    /// How many bytes of `send` were taken at most.
    private static long limit(SimulatedTransfer send) {
        return countIsKnown(send) ? send.bytes : send.length();
    }

    /// Of one that was refused it is none.
    private static boolean countIsKnown(SimulatedTransfer send) {
        boolean keepsCount = send.code == 0 || (WinsockErrors.keepsCount(send.code) && !send.isCall);
        return send.wasRefused || (send.state == SimulatedTransfer.State.DONE && keepsCount);
    }

    /// That a call has ended is not known before its thread comes back from it.
    private static boolean mayEndAnywhere(SimulatedTransfer send) {
        return !countIsKnown(send) && (send.isCall || send.state == SimulatedTransfer.State.DONE);
    }

    /// The beginning of the next send, if this one can have ended here.
    private Place following(Place place) {
        SimulatedTransfer send = sends.get(place.send);
        boolean canEnd = mayEndAnywhere(send) || (countIsKnown(send) && place.offset == send.bytes);
        return canEnd ? new Place(place.send + 1, 0) : null;
    }

    /// The receiver has seen the end: nothing that was taken may be missing.
    void end() {
        for (Place from : places) {
            Place place = from;
            while (place != null && place.send < sends.size()) {
                place = following(place);
            }
            if (place != null) {
                return;
            }
        }
        throw new AssertionError("the stream ends after " + received + " bytes, but " + describe());
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (Place place : places) {
            text.append(" at ").append(place);
        }
        int from = Math.max(0, places.getFirst().send - 1);
        for (int i = from; i < Math.min(sends.size(), from + 4); i++) {
            text.append("\n    ").append(i).append(": ").append(sends.get(i));
        }
        return text.toString();
    }
}
