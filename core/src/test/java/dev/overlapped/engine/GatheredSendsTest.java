package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.simulated.SimulatedOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Sends that wait for each other, and leave in one system call.
@Timeout(value = PromptedNetwork.SECONDS_MAX, threadMode = Timeout.ThreadMode.SAME_THREAD)
class GatheredSendsTest {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final long PENDING = -WinsockErrors.WSA_IO_PENDING;
    /// Two sends of it are as much as is left to be gathered.
    private static final long HALF_BYTES = OperationQueue.DEFERRED_BYTES_MAX / 2;

    private final PromptedNetwork network =
            new PromptedNetwork(SimulatedOptions.calm(1).withBufferBytes(BUFFER_BYTES));
    private final Engine engine = network.engine;
    private final Caller caller = network.caller;
    private final MemorySegment memory = Arena.ofAuto().allocate(8);
    /// Both ends of a connection.
    private final Socket[] pair = network.sockets.connection();
    private final Socket socket = pair[0];

    private long send(Socket on, long bytes, String tag) {
        return network.start(network.send(on, bytes), tag);
    }

    // ---- which ----

    @Test
    void severalSendsOfARoutineLeaveTogetherWhenThePassEnds() {
        PromptedNetwork.inRoutine(caller, () -> {
            assertThat(send(socket, 1, "lone")).isOne();
            assertThat(send(socket, 2, "a")).isEqualTo(PENDING);
            assertThat(send(socket, 3, "b")).isEqualTo(PENDING);
            assertThat(network.count("send")).isOne();
        });
        assertThat(network.count("send")).isEqualTo(2);
        assertThat(network.told).endsWith("a=0/2", "b=0/3");
        assertThat(engine.instruments().gathered()).isEqualTo(2);
        PromptedNetwork.inRoutine(caller, () -> assertThat(send(socket, 4, "next pass")).isEqualTo(4));
        assertThat(send(socket, 5, "no routine")).isEqualTo(5);
    }

    @Test
    void aSendWaitsForThatOfTheNextRoutineOfItsSocket() {
        network.start(network.send(socket, 1), "a", () -> send(socket, 3, "of a"), null);
        network.start(network.send(socket, 1), "b", () -> send(socket, 4, "of b"), null);
        long before = network.count("send");
        caller.sleep(0, true);
        assertThat(network.told).endsWith("of a=0/3", "of b=0/4");
        assertThat(network.count("send")).isEqualTo(before + 1);
    }

    @Test
    void whatIsLeftToBeGatheredIsBounded() {
        PromptedNetwork.inRoutine(caller, () -> {
            send(socket, 1, "lone");
            send(socket, HALF_BYTES, "a");
            assertThat(network.count("send")).isOne();
            send(socket, HALF_BYTES, "b");
            assertThat(network.count("send")).isEqualTo(2);
            assertThat(network.told).endsWith("a=0/" + HALF_BYTES, "b=0/" + HALF_BYTES);
            assertThat(send(socket, HALF_BYTES, "c")).isEqualTo(PENDING);
            assertThat(network.count("send")).as("it begins anew").isEqualTo(2);
        });
        assertThat(network.told).endsWith("c=0/" + HALF_BYTES);
    }

    @Test
    void aCallInARoutineSendsFirstWhatIsLeftToBeGathered() {
        PromptedNetwork.inRoutine(caller, () -> {
            send(socket, 1, "lone");
            send(socket, 2, "a");
            send(socket, 3, "b");
            assertThat(socket.call(network.send(socket, 4), caller)).isEqualTo(4);
            assertThat(network.told).endsWith("a=0/2", "b=0/3");
            assertThat(network.count("send")).isEqualTo(3);
        });
    }

    @Test
    void onlyPlainSendsAreLeftToBeGathered() {
        PromptedNetwork.inRoutine(caller, () -> {
            send(socket, 1, "lone");
            network.answer("send", 1);
            Request urgent = caller.send(socket, MessageFlags.OUT_OF_BAND, true);
            assertThat(urgent.add(memory, 1, true)).isTrue();
            assertThat(network.start(urgent, "urgent")).isOne();
        });
    }

    // ---- what comes of them ----

    /// `a` and `b` in a routine, to leave together; `others` comes behind them in the same routine.
    private void gather(long bytesOfA, long bytesOfB, Runnable others) {
        PromptedNetwork.inRoutine(caller, () -> {
            send(socket, 1, "lone");
            assertThat(send(socket, bytesOfA, "a")).isEqualTo(PENDING);
            assertThat(send(socket, bytesOfB, "b")).isEqualTo(PENDING);
            network.calls.clear();
            others.run();
        });
    }

    @Test
    void whatLeavesTogetherWholeShowsThatThereIsRoom() {
        gather(4, 4, () -> { });
        assertThat(network.count("send")).isOne();
        assertThat(network.told).endsWith("a=0/4", "b=0/4");
        assertThat(send(socket, 4, "next")).isEqualTo(4);
    }

    @Test
    void emptySendsLeaveTogetherToo() {
        gather(0, 0, () -> { });
        assertThat(network.count("send")).isOne();
        assertThat(network.told).endsWith("a=0/0", "b=0/0");
    }

    @Test
    void whatLeavesTogetherInPartWaitsForRoom() {
        send(socket, BUFFER_BYTES - HALF_BYTES, "before");
        gather(HALF_BYTES / 2, HALF_BYTES, () -> { });
        assertThat(network.count("send")).isOne();
        assertThat(network.told).endsWith("a=0/" + HALF_BYTES / 2);
        network.drain(pair[1]);
        network.poll();
        assertThat(network.told).endsWith("b=0/" + HALF_BYTES);
    }

    @Test
    void whatFindsNoRoomTogetherIsNotTriedAlone() {
        gather(4, 4, () -> network.answer("send", -Errno.EAGAIN));
        assertThat(network.count("send")).isOne();
        assertThat(network.told).endsWith("b begins");
        network.poll();
        assertThat(network.told).endsWith("a=0/4", "b=0/4");
    }

    @Test
    void aFailureOfSendsThatWouldLeaveTogetherIsLearnedByEach() {
        gather(4, 4, () -> network.answer("send", -Errno.ECONNRESET, -Errno.EPIPE, -Errno.EPIPE));
        assertThat(network.told).endsWith("a=10054/0", "b=10054/0");
        assertThat(send(socket, 4, "next")).isEqualTo(-WinsockErrors.WSAECONNRESET);
    }

    @Test
    void whatIsBehindACancelledSendGoesOn() {
        gather(4, 5, () -> {
            assertThat(socket.cancel("none", null, caller)).isZero();
            assertThat(network.count("send")).as("nothing has changed").isZero();
            assertThat(socket.cancel("a", null, caller)).isOne();
            assertThat(network.told).endsWith("a=995/0", "b=0/5");
        });
    }

    /// The routine of one thread runs inside of that of another one.
    @Test
    void aDirectionThatWasLeftIsListedAnewForTheNextOne() {
        Caller other = Caller.ofThisThread(engine);
        gather(4, 5, () -> {
            socket.cancel("a", null, caller);
            PromptedNetwork.inRoutine(other, () -> {
                for (int i = 0; i < 2; i++) {
                    Request send = other.send(socket, 0, true);
                    assertThat(send.add(memory, 6, true)).isTrue();
                    network.start(send, "of another");
                }
            });
            assertThat(network.told).endsWith("of another=0/6");
            assertThat(other.waiter().hasPending()).isFalse();
        });
    }
}
