package dev.overlapped.engine;

import static dev.overlapped.engine.SimulatedRoutines.require;

import dev.overlapped.error.WinsockErrors;

/// What a request of a random program may come to: that it is refused or fails for a reason, and that what
/// it says to have moved are the bytes or the datagram that it should.
final class SimulatedOutcomes {
    private final SimulatedWeather weather;

    SimulatedOutcomes(SimulatedWeather weather) {
        this.weather = weather;
    }

    /// The call has said `code`, and nobody is told anything else.
    void refused(SimulatedTransfer transfer, int code) {
        SimulatedEnd end = transfer.end;
        boolean mayBe = (code == WinsockErrors.WSAESHUTDOWN && transfer.sends && end.sendingShut)
                || (code == WinsockErrors.WSAEFAULT && transfer.doomed)
                || code == WinsockErrors.WSAEWOULDBLOCK
                || (code == WinsockErrors.WSAENOTSOCK && end.closed)
                || weather.mayCause(code, end);
        require(mayBe, "it is refused for a reason, not " + code, transfer);
        end.fails(code);
    }

    /// Its outcome is in it.
    void ended(SimulatedTransfer transfer) {
        requireReason(transfer);
        if (transfer.sends) {
            endSend(transfer);
        } else {
            endReceive(transfer);
        }
    }

    private void requireReason(SimulatedTransfer transfer) {
        SimulatedEnd end = transfer.end;
        int code = transfer.code;
        boolean mayBe = code == 0
                || (code == SimulatedProgram.ABORTED && mayBeAborted(transfer))
                || (code == WinsockErrors.WSAEFAULT && transfer.doomed)
                || (code == WinsockErrors.WSAETIMEDOUT && transfer.isCall)
                || (code == WinsockErrors.WSAEMSGSIZE && !transfer.sends && end.isForDatagrams())
                || (transfer.isAccept() && weather.mayFailAccept(code))
                || weather.mayCause(code, end);
        require(mayBe, "it fails for a reason", transfer);
        end.fails(code);
    }

    private static boolean mayBeAborted(SimulatedTransfer transfer) {
        SimulatedEnd end = transfer.end;
        return transfer.cancelled || end.cancelled || end.closed || transfer.owner.hasThreadEnded();
    }

    private static void endSend(SimulatedTransfer transfer) {
        long bytes = transfer.bytes;
        boolean some = transfer.isCall && bytes > 0 && bytes <= transfer.length();
        boolean full = some || bytes == transfer.length();
        require(transfer.code != 0 || full, "a send ends when all its bytes are taken", transfer);
    }

    private static void endReceive(SimulatedTransfer transfer) {
        SimulatedEnd end = transfer.end;
        require(transfer.bytes <= transfer.length(), "it has room for what it received", transfer);
        boolean isDatagram = end.isForDatagrams();
        if (!isDatagram || transfer.code == 0 || transfer.code == WinsockErrors.WSAEMSGSIZE) {
            end.receives(transfer);
        }
        if (transfer.code == 0 || transfer.code == SimulatedProgram.ABORTED) {
            require(transfer.isUntouchedBehind(), "nothing is written behind its bytes", transfer);
        }
        if (!isDatagram && transfer.code == 0 && transfer.bytes == 0 && transfer.length() > 0) {
            boolean mayEnd = end.peer.sendingShut || end.peer.closed;
            require(mayEnd, "the stream ends only if somebody ends it", transfer);
            end.incoming.end();
            end.ended = true;
        }
    }
}
