package dev.overlapped.provider.epoll;

import static dev.overlapped.provider.epoll.Loopback.PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.linux.Constants;
import dev.overlapped.linux.Libc;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketOptionName;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connections whose peer is there no more and does not say so.
class ConnectionEndTest {
    private static final int SO_ATTACH_FILTER = 26;
    /// `{ .code = BPF_RET | BPF_K, .k = 0 }`: of every segment, keep nothing.
    private static final long KEEP_NOTHING = 0x06;

    private final Loopback loopback = new Loopback();
    private final Arena auto = Arena.ofAuto();

    @AfterEach
    void close() {
        loopback.close();
    }

    /// From here on the server drops what arrives before TCP sees it, as if its cable were pulled.
    private void cutOffServer() {
        MemorySegment filter = auto.allocateFrom(ValueLayout.JAVA_LONG, KEEP_NOTHING);
        MemorySegment program = auto.allocate(16, 8);
        program.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
        program.set(ValueLayout.ADDRESS, 8, filter);
        int result = Libc.setsockopt(loopback.server, Constants.SOL_SOCKET, SO_ATTACH_FILTER, program, 16);
        assertThat(result).isZero();
    }

    private void set(SocketOptionName option, int value) {
        MemorySegment number = MemorySegment.ofArray(new int[] {value});
        assertThat(PROVIDER.setOption(loopback.client, option, number)).isZero();
    }

    private ConnectionEnd end() {
        Loopback.awaitReadable(loopback.client);
        long received = PROVIDER.receive(loopback.client, Loopback.list(auto.allocate(1)), 0);
        assertThat(received).isEqualTo(-Errno.ETIMEDOUT);
        return PROVIDER.connectionEnd(loopback.client);
    }

    @Test
    void unansweredProbesOfAnIdleConnectionAreKeepAlive() {
        cutOffServer();
        set(SocketOptionName.KEEP_ALIVE_IDLE_SECONDS, 1);
        set(SocketOptionName.KEEP_ALIVE_INTERVAL_SECONDS, 1);
        set(SocketOptionName.KEEP_ALIVE_COUNT, 1);
        set(SocketOptionName.KEEP_ALIVE, 1);
        assertThat(end()).isEqualTo(ConnectionEnd.KEEP_ALIVE);
    }

    @Test
    void unacknowledgedDataIsRetransmission() {
        cutOffServer();
        set(SocketOptionName.USER_TIMEOUT_MILLIS, 1);
        PROVIDER.send(loopback.client, Loopback.list(auto.allocate(1)), 1, 0);
        assertThat(end()).isEqualTo(ConnectionEnd.RETRANSMISSION);
    }

    @Test
    void dataThatAShutWindowHeldBackIsRetransmission() {
        MemorySegment large = auto.allocate(1 << 20);
        while (loopback.send(large) > 0) {
            assertThat(PROVIDER.available(loopback.server)).isPositive();
        }
        cutOffServer();
        set(SocketOptionName.USER_TIMEOUT_MILLIS, 1);
        assertThat(end()).isEqualTo(ConnectionEnd.RETRANSMISSION);
    }
}
