package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.operation.Receive;
import dev.overlapped.operation.ReceiveFrom;
import dev.overlapped.operation.Send;
import dev.overlapped.operation.SendTo;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests that are used again.
class RequestPoolTest {
    /// The kinds that are recycled, and how one is taken.
    enum Recycled {
        SEND, RECEIVE, SEND_TO, RECEIVE_FROM;

        Request takeFrom(RequestPool pool) {
            return switch (this) {
                case SEND -> pool.takeSend(0, true);
                case RECEIVE -> pool.takeReceive(0, false);
                case SEND_TO -> pool.takeSendTo(0, null);
                case RECEIVE_FROM -> pool.takeReceiveFrom(0);
            };
        }

        BufferList buffersOf(Request request) {
            return switch (this) {
                case SEND -> ((Send) request.operation()).buffers();
                case RECEIVE -> ((Receive) request.operation()).buffers();
                case SEND_TO -> ((SendTo) request.operation()).buffers();
                case RECEIVE_FROM -> ((ReceiveFrom) request.operation()).buffers();
            };
        }
    }

    private final RequestPool pool = new RequestPool();

    @ParameterizedTest
    @EnumSource
    void theOnePutBackLastIsTheNextOfItsKind(Recycled kind) {
        Request first = kind.takeFrom(pool);
        Request second = kind.takeFrom(pool);
        assertThat(second).isNotSameAs(first);
        pool.put(first);
        pool.put(second);
        for (Recycled other : Recycled.values()) {
            if (other != kind) {
                assertThat(other.takeFrom(pool)).isNotIn(first, second);
            }
        }
        assertThat(kind.takeFrom(pool)).isSameAs(second);
        assertThat(kind.takeFrom(pool)).isSameAs(first);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPutBackLetsGoOfItsBuffers(Recycled kind) {
        Request request = kind.takeFrom(pool);
        kind.buffersOf(request).add(Arena.ofAuto().allocate(1), 1);
        pool.put(request);
        assertThat(kind.buffersOf(request).remaining()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void itKeepsSoManyAndNoMore(Recycled kind) {
        Set<Request> put = new HashSet<>();
        for (int i = 0; i <= RequestPool.KEPT_MAX; i++) {
            put.add(kind.takeFrom(new RequestPool()));
        }
        put.forEach(pool::put);
        for (int i = 0; i < RequestPool.KEPT_MAX; i++) {
            assertThat(kind.takeFrom(pool)).isIn(put);
        }
        assertThat(kind.takeFrom(pool)).isNotIn(put);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatIsTakenAgainIsPreparedAgain(Recycled kind) {
        Request request = kind.takeFrom(pool);
        kind.buffersOf(request).add(Arena.ofAuto().allocate(1), 1);
        assertThat(request.operation().advance(-Errno.ECONNRESET)).isTrue();
        pool.put(request);
        assertThat(kind.takeFrom(pool).operation().errno()).isZero();
    }
}
