package dev.overlapped.trust.soak;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// One end of a stream: keeps some sends pending, cancels them now and then, and now and then leaves them to
/// themselves when its thread ends. Belongs to one thread at a time.
final class Sender {
    private static final int PENDING_MAX = 8;
    private static final int SENDS_MAX = 60;
    private static final int SMALL_BYTES_MAX = 2_000;
    private static final int LARGE_BYTES_MAX = 300_000;

    private record Send(Pending request, long length) {
    }

    private final Conversation conversation;
    private final End end;
    private final Random random;
    private final ArrayDeque<Send> pending = new ArrayDeque<>();
    private final List<Pending> all = new ArrayList<>();
    private final List<Pending> left = new ArrayList<>();
    private final int sends;
    private int begun;
    private int fateAt = -1;
    private Runnable fate;
    /// Where the next send begins, if those before it are sent.
    private long next;
    /// What has been taken, without a gap.
    private long taken;
    /// Of the stream, once it has ended as it should; -1 until then, and otherwise.
    private volatile long length = -1;
    /// One of those pending has not been sent as a whole: nothing behind it may have been.
    private boolean gap;
    private boolean stopped;

    Sender(Conversation conversation, End end, Random random) {
        this.conversation = conversation;
        this.end = end;
        this.random = random;
        this.sends = 1 + random.nextInt(SENDS_MAX);
    }

    /// At its `at`th send, if there are so many, `fate` happens, on another thread.
    void meetFate(int at, Runnable what) {
        fateAt = at;
        fate = what;
    }

    /// Until the stream ends, or this thread.
    void run() {
        finishWhatIsLeft();
        CompletableFuture<Void> met = CompletableFuture.completedFuture(null);
        while (begun < sends && !conversation.isOver()) {
            if (begun == fateAt) {
                fateAt = -1;
                met = CompletableFuture.runAsync(fate);
            }
            if (pending.size() == 1 + random.nextInt(PENDING_MAX)) {
                finish(pending.poll());
            } else if (random.nextInt(30) == 0) {
                cancel();
            } else if (random.nextInt(60) == 0 && begun > 0 && canBeLeft()) {
                met.join();
                conversation.tally.abandoned.add(pending.size());
                conversation.start(this::run);
                return;
            } else {
                send();
            }
        }
        met.join();
        finishAll();
        if (!conversation.isOver()) {
            length = taken;
            end.endOutput();
        }
        conversation.sideEnded();
    }

    /// Whether those that end with this thread are the last: the others would follow upon what was not sent.
    private boolean canBeLeft() {
        boolean ends = false;
        for (Send each : pending) {
            if (ends && !each.request().endsWithThread()) {
                return false;
            }
            ends |= each.request().endsWithThread();
        }
        return true;
    }

    private void send() {
        int max = random.nextInt(3) == 0 ? LARGE_BYTES_MAX : SMALL_BYTES_MAX;
        MemorySegment bytes = conversation.pattern.at(next, 1 + random.nextInt(max));
        conversation.tally.started.increment();
        Pending request = end.send(bytes, Way.any(random));
        begun++;
        next += bytes.byteSize();
        all.add(request);
        pending.add(new Send(request, bytes.byteSize()));
        if (request.isDone() && conversation.tally.isRefusal(request.code())) {
            // The next one goes on where this one has stopped, and its thread has nothing to wait with.
            finishAll();
            Waits.stall(1, conversation.tally);
        }
    }

    /// From the last to the first, so that none begins in the place of another; while this thread waits.
    private void cancel() {
        stopped = true;
        List<Send> reversed = List.copyOf(pending.reversed());
        CompletableFuture<Void> cancelled = CompletableFuture.runAsync(() ->
                reversed.forEach(each -> each.request().cancel()));
        conversation.tally.cancels.add(reversed.size());
        finishAll();
        cancelled.join();
        stopped = false;
    }

    /// What a thread has left that has ended.
    private void finishWhatIsLeft() {
        stopped = true;
        for (Send each : pending) {
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
        gap = false;
        next = taken;
    }

    private void finish(Send send) {
        if (!left.contains(send.request())) {
            Waits.untilTold(send.request(), conversation.tally);
        }
        conversation.tally.ended.increment();
        int code = send.request().code();
        long bytes = send.request().bytes();
        conversation.tally.bytes.add(bytes);
        if (!conversation.tally.isRefusal(code) && !conversation.mayEndWith(code, stopped)) {
            conversation.complain("a send ended with " + code + ": " + send.request());
        }
        if (bytes > send.length() || (code == 0 && bytes != send.length())) {
            conversation.complain("of " + send.length() + " bytes " + bytes + " were sent, code " + code);
        }
        if (gap && bytes > 0) {
            conversation.complain("a send that was stopped is followed by " + bytes + " bytes");
        }
        gap |= bytes < send.length();
        taken += bytes;
    }

    @Override
    public String toString() {
        return "sends by " + end + ", begun " + begun + " of " + sends + ", taken " + taken + ", pending "
                + pending + (left.isEmpty() ? "" : ", left were " + left);
    }

    long length() {
        return length;
    }

    /// Once the socket has closed and every thread has ended.
    void look() {
        for (Pending each : all) {
            String complaint = each.complaint(left.contains(each));
            if (complaint != null) {
                conversation.complain("a send: " + complaint);
            }
        }
    }
}
