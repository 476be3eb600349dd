package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Handleapi.CloseHandle;
import static dev.overlapped.winsock2.Ioapiset.CancelIo;
import static dev.overlapped.winsock2.Ioapiset.CancelIoEx;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.CreateEventA;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.MSG_WAITALL;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.StressRequest.Telling;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A thread of the stress test.
final class StressActor {
    private static final Set<Integer> REFUSALS = Set.of(Winerror.WSAENOTSOCK, Winerror.WSAECONNABORTED,
            Winerror.WSAECONNRESET, Winerror.WSAESHUTDOWN);
    private static final Set<Integer> CALL_ENDS = Set.of(Winerror.WSAENOTSOCK, Winerror.WSAECONNABORTED,
            Winerror.WSAECONNRESET, Winerror.WSAESHUTDOWN, Winerror.WSA_OPERATION_ABORTED);

    private final Stress stress;
    private final Random random;
    private final int operations;
    private final Thread thread;
    private final List<StressRequest> own = new ArrayList<>();
    private final AtomicInteger apcsQueued = new AtomicInteger();
    private int apcsRun;
    private volatile int threadId;
    private volatile long sharedEvent;
    private volatile String doing = "nothing";
    private int inRoutines;

    StressActor(Stress stress, int index, int operations) {
        this(stress, index, operations, index % 2 == 0);
    }

    private StressActor(Stress stress, int index, int operations, boolean virtual) {
        this.stress = stress;
        this.operations = operations;
        this.random = new Random(stress.seed * 31 + index);
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        this.thread = builder.name((virtual ? "virtual-" : "platform-") + index)
                .uncaughtExceptionHandler((failed, thrown) -> stress.fail(thrown)).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public String toString() {
        return thread + " is " + doing + " at " + List.of(thread.getStackTrace());
    }

    private void run() {
        try {
            threadId = GetCurrentThreadId();
            sharedEvent = stress.event();
            for (int i = 0; i < operations && !stress.hasFailed(); i++) {
                stress.operations.incrementAndGet();
                operate(random.nextInt(100));
            }
            // Some end with whatever is pending; the others wait until they have been told of everything.
            if (random.nextBoolean() && operations > 10) {
                doing = "waiting for its routines";
                while (own.stream().anyMatch(each -> each.telling == Telling.ROUTINE && each.told.get() == 0)
                        && !stress.hasFailed()) {
                    SleepEx(5, true);
                }
                own.forEach(each -> each.mustHaveBeenTold = true);
                SleepEx(0, true);
                assertThat(apcsRun).isLessThanOrEqualTo(apcsQueued.get());
            }
            doing = "nothing";
        } catch (Throwable e) {
            stress.fail(e);
        }
    }

    private void operate(int choice) {
        if (choice < 27) {
            start(true);
        } else if (choice < 55) {
            start(false);
        } else if (choice < 58) {
            call(random.nextInt(3) == 0);
        } else if (choice < 65) {
            cancel();
        } else if (choice < 80) {
            waitALittle();
        } else if (choice < 84) {
            awaitFromTheBoard();
        } else if (choice < 87) {
            askForAResult();
        } else if (choice < 90) {
            queueApc();
        } else if (choice < 92) {
            thread.interrupt();
        } else if (choice < 94) {
            beSomewhereElse();
        } else if (choice < 96) {
            doing = "ending a connection";
            stress.retire(random.nextInt(Stress.LINKS), false, random);
        } else if (operations > 10) {
            // It ends very soon, with its requests pending.
            new StressActor(stress, random.nextInt(), random.nextInt(8), random.nextBoolean()).start();
        }
    }

    // ---- requests ----

    private void start(boolean sends) {
        doing = "starting";
        StressLink link = stress.links.get(random.nextInt(Stress.LINKS));
        int end = random.nextInt(2);
        StressLink.Order order = sends ? link.sends(end) : link.receives(end);
        if (!order.lock.tryLock()) {
            return;
        }
        StressRequest request = new StressRequest(sends, length(), telling());
        request.hEvent = switch (request.telling) {
            case OWN_EVENT -> CreateEventA(null, false, random.nextBoolean(), null);
            case SHARED_EVENT -> sharedEvent;
            default -> 0;
        };
        int code;
        try {
            order.add(request);
            code = post(link.socket(end), request, 1 + random.nextInt(4), sends || random.nextInt(8) > 0 ? 0
                    : MSG_WAITALL, this::routine);
            if (code != 0 && code != Winerror.WSA_IO_PENDING) {
                order.remove(request);
                assertThat(code).isIn(REFUSALS);
                return;
            }
        } finally {
            order.lock.unlock();
        }
        assertThat(code == 0 && !request.hasCompleted()).as("pending although it was not: %s", request)
                .isFalse();
        stress.started(request);
        own.add(request);
        stress.board.set(random.nextInt(Stress.BOARD), request);
    }

    private int length() {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt(StressRequest.LENGTH_MAX);
            case 1, 2, 3 -> 1 + random.nextInt(100);
            default -> 1 + random.nextInt(16 << 10);
        };
    }

    private Telling telling() {
        return switch (random.nextInt(8)) {
            case 0 -> Telling.NOTHING;
            case 1 -> Telling.SHARED_EVENT;
            case 2, 3, 4 -> Telling.OWN_EVENT;
            default -> Telling.ROUTINE;
        };
    }

    static int post(long socket, StressRequest request, int pieces, int flags) {
        return post(socket, request, pieces, flags, null);
    }

    /// 0, or the code of the call.
    private static int post(long socket, StressRequest request, int pieces, int flags,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        WSABUF[] buffers = request.buffers(pieces);
        LPWSAOVERLAPPED_COMPLETION_ROUTINE told = request.telling == Telling.ROUTINE ? routine : null;
        DWORD count = new DWORD(Posted.POISON);
        int result = request.sends ? WSASend(socket, buffers, pieces, count, flags, request, told)
                : WSARecv(socket, buffers, pieces, count, new DWORD(flags), request, told);
        int code = result == 0 ? 0 : WSAGetLastError();
        assertThat(code == 0).isEqualTo(count.value != Posted.POISON);
        return code;
    }

    private void routine(int dwError, int cbTransferred,
            dev.overlapped.winsock2.types.WSAOVERLAPPED lpOverlapped, int dwFlags) {
        try {
            ((StressRequest) lpOverlapped).tell(dwError, cbTransferred, dwFlags);
            if (inRoutines++ < 3 && random.nextInt(3) > 0) {
                start(random.nextBoolean());
            }
        } catch (Throwable e) {
            stress.fail(e);
        } finally {
            inRoutines--;
        }
    }

    /// A call that waits, until its connection is ended if need be. Nobody else starts anything meanwhile.
    private void call(boolean sends) {
        StressLink link = stress.links.get(random.nextInt(Stress.LINKS));
        int end = random.nextInt(2);
        StressLink.Order order = sends ? link.sends(end) : link.receives(end);
        if (inRoutines > 0 || !order.lock.tryLock()) {
            return;
        }
        try {
            doing = sends ? "in send" : "in recv";
            StressRequest call = new StressRequest(sends, length(), Telling.CALL);
            order.add(call);
            int count = sends ? Winsock2.send(link.socket(end), call.memory(), call.length, 0)
                    : Winsock2.recv(link.socket(end), call.memory(), call.length, 0);
            int code = WSAGetLastError();
            call.callEnded(count, code);
            assertThat(code).isIn(count < 0 ? CALL_ENDS : Set.of(0));
            if (code == Winerror.WSAESHUTDOWN) {
                order.remove(call);
            }
        } finally {
            order.lock.unlock();
        }
    }

    private void cancel() {
        doing = "cancelling";
        StressRequest request = stress.board.get(random.nextInt(Stress.BOARD));
        long socket = stress.links.get(random.nextInt(Stress.LINKS)).socket(random.nextInt(2));
        switch (random.nextInt(6)) {
            case 0 -> CancelIo(socket);
            case 1 -> CancelIoEx(socket, null);
            default -> {
                for (int i = 0; i < Stress.LINKS && request != null; i++) {
                    CancelIoEx(stress.links.get(i).socket(0), request);
                    CancelIoEx(stress.links.get(i).socket(1), request);
                }
            }
        }
    }

    // ---- waits ----

    private void waitALittle() {
        doing = "sleeping";
        SleepEx(random.nextInt(4) - 1 < 0 ? 0 : random.nextInt(3), random.nextInt(4) > 0);
    }

    private void awaitFromTheBoard() {
        doing = "waiting for events";
        List<StressRequest> awaited = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            StressRequest request = stress.board.get(random.nextInt(Stress.BOARD));
            boolean hasEvent = request != null && request.hEvent != 0;
            if (hasEvent && awaited.stream().noneMatch(each -> each.hEvent == request.hEvent)) {
                awaited.add(request);
            }
        }
        if (awaited.isEmpty()) {
            return;
        }
        long[] events = awaited.stream().mapToLong(each -> each.hEvent).toArray();
        boolean all = random.nextInt(4) == 0;
        int result = WSAWaitForMultipleEvents(events.length, events, all, random.nextInt(8),
                random.nextBoolean());
        assertThat(result).as("%d", WSAGetLastError()).isNotEqualTo(WSA_WAIT_FAILED);
        if (result < WSA_WAIT_EVENT_0 + events.length) {
            List<StressRequest> signalled = all ? awaited : List.of(awaited.get(result - WSA_WAIT_EVENT_0));
            signalled.forEach(each -> each.told.incrementAndGet());
        }
    }

    private void askForAResult() {
        StressRequest request = stress.board.get(random.nextInt(Stress.BOARD));
        StressLink link = stress.links.get(random.nextInt(Stress.LINKS));
        boolean waits = request != null && request.telling == Telling.SHARED_EVENT && random.nextBoolean();
        doing = waits ? "waiting for a result" : "asking for a result";
        if (request != null) {
            DWORD transferred = new DWORD();
            boolean succeeded = WSAGetOverlappedResult(link.socket(0), request, transferred, waits, null);
            int code = WSAGetLastError();
            boolean isClosed = code == Winerror.WSAENOTSOCK;
            assertThat(!waits || isClosed || request.hasCompleted()).as("%d %s", code, request).isTrue();
            assertThat(!succeeded || transferred.value == request.InternalHigh).isTrue();
        }
    }

    private void queueApc() {
        StressActor other = stress.actors.get(random.nextInt(stress.actors.size()));
        long handle = OpenThread(0, false, other.threadId);
        if (handle != 0) {
            other.apcsQueued.incrementAndGet();
            if (QueueUserAPC(parameter -> other.runApc(), handle, 0) == 0) {
                other.apcsQueued.decrementAndGet();
            }
            CloseHandle(handle);
        }
    }

    private void runApc() {
        if (!Thread.currentThread().equals(thread)) {
            stress.fail(new AssertionError("an APC of another thread's"));
        }
        apcsRun++;
    }

    /// What a program does that does not wait in the library.
    private void beSomewhereElse() {
        Thread.interrupted();
        if (random.nextBoolean()) {
            doing = "parked";
            LockSupport.parkNanos(random.nextInt(4_000_000));
        } else {
            doing = "computing";
            for (int i = random.nextInt(200_000); i > 0; i--) {
                Thread.onSpinWait();
            }
        }
    }

    // ---- at the end ----

    /// It was told of as it asked, once. All threads have ended.
    static void verifyTold(StressRequest request) {
        switch (request.telling) {
            case ROUTINE -> {
                if (request.mustHaveBeenTold) {
                    assertThat(request.told).as("%s", request).hasValue(1);
                }
            }
            case OWN_EVENT -> {
                int left = isSignalled(request) ? 1 : 0;
                assertThat(request.told.get() + left).as("%s", request).isOne();
                assertThat(isSignalled(request)).isFalse();
                assertThat(CloseHandle(request.hEvent)).isTrue();
            }
            // A request that failed at once may have unset it after all the others.
            case SHARED_EVENT -> { }
            default -> assertThat(request.told).hasValue(0);
        }
    }

    private static boolean isSignalled(StressRequest request) {
        int result = WSAWaitForMultipleEvents(1, new long[] {request.hEvent}, false, 0, false);
        assertThat(result).isIn(WSA_WAIT_EVENT_0, WSA_WAIT_TIMEOUT);
        return result == WSA_WAIT_EVENT_0;
    }
}
