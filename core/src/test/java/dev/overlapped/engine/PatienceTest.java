package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.epoll.EpollProvider;
import dev.overlapped.winsock2.ChildJvm;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// How long the engine thread waits for a thread that keeps coming back.
class PatienceTest {
    @Test
    void itIsBounded() {
        assertThat(ChildJvm.run(Program.class).lines())
                .containsExactly("a receive: 1024 ms", "a send too: 16 ms");
    }

    /// Has an engine of its own, whose thread never ends, and tells what its timer is set to at most.
    static final class Program {
        private static final int RECEIVE_PATIENCE_MAX_MS = 1024;
        private static final int LOOKS = 2;
        private static final long NANOS_PER_MS = 1_000_000;

        private static final AtomicLong LONGEST_MS = new AtomicLong();
        private static final AtomicInteger SET = new AtomicInteger();

        private Program() {
        }

        public static void main(String[] arguments) {
            Engine engine = new Engine(watched(new EpollProvider()), true);
            Caller caller = Caller.ofThisThread(engine);
            Socket[] pair = new TestSockets(engine, caller).connection();
            Request receive = caller.receive(pair[0], 0, false);
            start(receive, 1);
            // Each time that the timer is due it is trusted for twice as long.
            while (LONGEST_MS.get() < RECEIVE_PATIENCE_MAX_MS) {
                comeBack(caller);
            }
            await(caller);
            System.out.println("a receive: " + LONGEST_MS.get() + " ms");

            Request send = caller.send(pair[0], 0, true);
            start(send, 64 << 20);
            await(caller);
            LONGEST_MS.set(0);
            await(caller);
            System.out.println("a send too: " + LONGEST_MS.get() + " ms");
        }

        /// Comes back again and again, until the timer has been set several times.
        private static void await(Caller caller) {
            int before = SET.get();
            while (SET.get() < before + LOOKS) {
                comeBack(caller);
            }
        }

        /// It is elsewhere for most of the time, and looks after its requests now and then.
        private static void comeBack(Caller caller) {
            LockSupport.parkNanos(NANOS_PER_MS);
            caller.sleep(0, false);
        }

        private static TransportProvider watched(TransportProvider linux) {
            return (TransportProvider) Proxy.newProxyInstance(TransportProvider.class.getClassLoader(),
                    new Class<?>[] {TransportProvider.class}, (_, method, arguments) -> {
                        if (method.getName().equals("setTimer")) {
                            LONGEST_MS.accumulateAndGet((long) arguments[1] / NANOS_PER_MS, Math::max);
                            SET.incrementAndGet();
                        }
                        return method.invoke(linux, arguments);
                    });
        }

        private static void start(Request request, long bytes) {
            assertThat(request.add(Arena.ofAuto().allocate(bytes), bytes, true)).isTrue();
            request.indicate(new Untold(), request, null, null);
            assertThat(request.socket().start(request, request.caller()))
                    .isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        }
    }
}
