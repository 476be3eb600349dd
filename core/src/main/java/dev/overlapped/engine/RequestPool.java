package dev.overlapped.engine;

import dev.overlapped.operation.MessageParts;
import dev.overlapped.operation.Receive;
import dev.overlapped.operation.ReceiveFrom;
import dev.overlapped.operation.Send;
import dev.overlapped.operation.SendTo;
import java.util.ArrayDeque;

/// Requests of one thread that wait for their next use. That thread's alone.
final class RequestPool {
    /// Requests kept of each kind.
    static final int KEPT_MAX = 1024;

    private final ArrayDeque<Request> sends = new ArrayDeque<>();
    private final ArrayDeque<Request> receives = new ArrayDeque<>();
    private final ArrayDeque<Request> sendTos = new ArrayDeque<>();
    private final ArrayDeque<Request> receiveFroms = new ArrayDeque<>();

    Request takeSend(int flags, boolean whole) {
        Request request = sends.isEmpty() ? new Request(new Send()) : sends.pop();
        ((Send) request.operation()).prepare(flags, whole);
        return request;
    }

    Request takeReceive(int flags, boolean untilFull) {
        Request request = receives.isEmpty() ? new Request(new Receive()) : receives.pop();
        ((Receive) request.operation()).prepare(flags, untilFull);
        return request;
    }

    Request takeSendTo(int flags, MessageParts parts) {
        Request request = sendTos.isEmpty() ? new Request(new SendTo()) : sendTos.pop();
        ((SendTo) request.operation()).prepare(flags, parts);
        return request;
    }

    Request takeReceiveFrom(int flags) {
        Request request = receiveFroms.isEmpty() ? new Request(new ReceiveFrom()) : receiveFroms.pop();
        ((ReceiveFrom) request.operation()).prepare(flags);
        return request;
    }

    void put(Request request) {
        switch (request.operation()) {
            case Send send when sends.size() < KEPT_MAX -> {
                send.buffers().clear();
                sends.push(request);
            }
            case Receive receive when receives.size() < KEPT_MAX -> {
                receive.buffers().clear();
                receives.push(request);
            }
            case SendTo send when sendTos.size() < KEPT_MAX -> {
                send.buffers().clear();
                sendTos.push(request);
            }
            case ReceiveFrom receive when receiveFroms.size() < KEPT_MAX -> {
                receive.buffers().clear();
                receiveFroms.push(request);
            }
            default -> { }
        }
    }
}
