package dev.overlapped.cli.stream;

import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;

import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.winsock2.types.DWORD;

/// Completions told by events, one event for each request, as in the page's example.
///
/// The blocks of a stream are sent in the order of the calls, so the oldest request is the one to wait for:
/// that works with more requests than the 64 events that one wait can take.
final class EventSending {
    private final BlockSender sender;
    private final DWORD transferred = new DWORD();
    private final DWORD flags = new DWORD();
    private final long[] event = new long[1];

    private EventSending(BlockSender sender) {
        this.sender = sender;
    }

    /// Sends all blocks, with each of `requests` outstanding.
    static void run(BlockSender sender, SendRequest[] requests) {
        try {
            for (SendRequest request : requests) {
                request.hEvent = WSACreateEvent();
                if (request.hEvent == WSA_INVALID_EVENT) {
                    throw WinsockSession.failed("WSACreateEvent");
                }
            }
            EventSending sending = new EventSending(sender);
            for (SendRequest request : requests) {
                sender.post(request, null);
            }
            int oldest = 0;
            while (!sender.isEnded()) {
                sending.await(requests[oldest]);
                sender.post(requests[oldest], null);
                oldest = oldest + 1 == requests.length ? 0 : oldest + 1;
            }
        } finally {
            for (SendRequest request : requests) {
                if (request.hEvent != WSA_INVALID_EVENT) {
                    WSACloseEvent(request.hEvent);
                }
            }
        }
    }

    private void await(SendRequest request) {
        event[0] = request.hEvent;
        if (WSAWaitForMultipleEvents(1, event, true, WSA_INFINITE, false) == WSA_WAIT_FAILED) {
            sender.failed("WSAWaitForMultipleEvents", WSAGetLastError());
        } else if (WSAGetOverlappedResult(sender.socket(), request, transferred, false, flags)) {
            sender.completed(0, transferred.value);
            WSAResetEvent(request.hEvent);
        } else {
            sender.completed(WSAGetLastError(), 0);
        }
    }
}
