package dev.overlapped.engine;

import static dev.overlapped.engine.SimulatedRoutines.require;

import dev.overlapped.engine.SimulatedTransfer.State;
import dev.overlapped.error.WinsockErrors;
import java.util.ArrayList;
import java.util.List;

/// The datagrams of a random program: which were sent, by whom and to whom. Each one received must be one of
/// those, whole or cut to the room there was, and none may come more often than the network doubles it.
final class SimulatedDatagrams {
    private static final class Sent {
        private final SimulatedTransfer send;
        private int copies;

        Sent(SimulatedTransfer send) {
            this.send = send;
        }

        /// One that was refused or has failed has not left. That a call has ended is not known before its
        /// thread comes back.
        boolean mayHaveLeft() {
            return send.state == State.DONE ? send.code == 0 : send.isCall && !send.wasRefused;
        }

        boolean couldBe(SimulatedTransfer receive, byte[] bytes) {
            boolean isCut = receive.code == WinsockErrors.WSAEMSGSIZE;
            if (!mayHaveLeft() || send.to != receive.end || send.end.address().getPort() != receive.fromPort
                    || (isCut ? send.length() <= bytes.length : send.length() != bytes.length)) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (send.contentAt(i) != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Sent> all = new ArrayList<>();
    private final int copiesMax;

    /// `copiesMax`: how often one datagram arrives at most.
    SimulatedDatagrams(int copiesMax) {
        this.copiesMax = copiesMax;
    }

    void add(SimulatedTransfer send) {
        all.add(new Sent(send));
    }

    void receive(SimulatedTransfer receive) {
        boolean isCut = receive.code == WinsockErrors.WSAEMSGSIZE;
        require(!isCut || receive.bytes == receive.length(), "what is cut fills its room", receive);
        byte[] bytes = receive.received();
        List<Sent> candidates = all.stream().filter(each -> each.couldBe(receive, bytes)).toList();
        require(!candidates.isEmpty(), "somebody has sent it here", receive);
        // Of short ones nobody knows which it was.
        if (candidates.size() == 1) {
            Sent sent = candidates.getFirst();
            sent.copies++;
            boolean mayBe = sent.copies <= copiesMax;
            require(mayBe, "it has not come " + sent.copies + " times: " + sent.send, receive);
        }
    }
}
