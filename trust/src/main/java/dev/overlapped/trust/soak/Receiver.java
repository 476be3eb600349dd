package dev.overlapped.trust.soak;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// The other end of a stream: keeps some receives pending and compares what comes with what was sent. Stalls,
/// cancels, and lets its thread end now and then. Belongs to one thread at a time.
final class Receiver {
    private static final int PENDING_MAX = 5;
    private static final int ROOM_BYTES_MAX = 64 << 10;
    private static final int STALL_MS_MAX = 30;

    private record Receive(Pending request, MemorySegment room) {
    }

    private final Conversation conversation;
    private final End end;
    private final Sender sender;
    private final Random random;
    private final ArrayDeque<Receive> pending = new ArrayDeque<>();
    private final ArrayDeque<MemorySegment> rooms = new ArrayDeque<>();
    private final List<Pending> all = new ArrayList<>();
    private final List<Pending> left = new ArrayList<>();
    private long position;
    private boolean atEnd;
    private boolean stopped;

    Receiver(Conversation conversation, End end, Sender sender, Random random) {
        this.conversation = conversation;
        this.end = end;
        this.sender = sender;
        this.random = random;
        for (int i = 0; i < PENDING_MAX; i++) {
            rooms.add(conversation.arena.allocate(ROOM_BYTES_MAX));
        }
    }

    /// Until the stream ends, or this thread.
    void run() {
        finishWhatIsLeft();
        while (!atEnd && !conversation.isOver()) {
            if (rooms.isEmpty() || pending.size() == 1 + random.nextInt(PENDING_MAX)) {
                finish(pending.poll());
            } else {
                switch (random.nextInt(100)) {
                    case 0 -> cancel();
                    case 1, 2 -> Waits.stall(random.nextInt(STALL_MS_MAX), conversation.tally);
                    case 3 -> {
                        conversation.tally.abandoned.add(pending.size());
                        conversation.start(this::run);
                        return;
                    }
                    default -> receive();
                }
            }
        }
        finishAll();
        if (sender.length() >= 0 && atEnd && position != sender.length()) {
            conversation.complain("of " + sender.length() + " bytes " + position + " have come");
        }
        conversation.sideEnded();
    }

    private void receive() {
        MemorySegment room = rooms.poll();
        MemorySegment some = room.asSlice(0, 1 + random.nextInt(ROOM_BYTES_MAX));
        conversation.tally.started.increment();
        Pending request = end.receive(some, Way.any(random));
        all.add(request);
        pending.add(new Receive(request, room));
    }

    /// While this thread waits for them.
    private void cancel() {
        stopped = true;
        List<Receive> now = List.copyOf(pending);
        CompletableFuture<Void> cancelled = CompletableFuture.runAsync(() ->
                now.forEach(each -> each.request().cancel()));
        conversation.tally.cancels.add(now.size());
        finishAll();
        cancelled.join();
        stopped = false;
    }

    private void finishWhatIsLeft() {
        stopped = true;
        for (Receive each : pending) {
            left.add(each.request());
            Waits.untilDone(each.request());
        }
        finishAll();
        stopped = false;
    }

    private void finishAll() {
        while (!pending.isEmpty()) {
            finish(pending.poll());
        }
    }

    private void finish(Receive receive) {
        if (!left.contains(receive.request())) {
            Waits.untilTold(receive.request(), conversation.tally);
        }
        conversation.tally.ended.increment();
        int code = receive.request().code();
        long bytes = receive.request().bytes();
        conversation.tally.bytes.add(bytes);
        if (conversation.tally.isRefusal(code)) {
            Waits.stall(1, conversation.tally);
        } else if (!conversation.mayEndWith(code, stopped)) {
            conversation.complain("a receive ended with " + code + ": " + receive.request());
        }
        if (bytes != 0 && (code != 0 || atEnd)) {
            conversation.complain("a receive with code " + code + " has " + bytes + " bytes, end: " + atEnd);
        }
        if (!conversation.pattern.isAt(position, receive.room().asSlice(0, bytes))) {
            conversation.complain(bytes + " bytes at " + position + " are not what was sent");
        }
        atEnd |= code == 0 && bytes == 0;
        position += bytes;
        rooms.add(receive.room());
    }

    @Override
    public String toString() {
        return "receives by " + end + ", at " + position + (atEnd ? ", at the end" : "") + ", pending "
                + pending + (left.isEmpty() ? "" : ", left were " + left);
    }

    /// Once the socket has closed and every thread has ended.
    void look() {
        for (Pending each : all) {
            String complaint = each.complaint(left.contains(each));
            if (complaint != null) {
                conversation.complain("a receive: " + complaint);
            }
        }
    }
}
