package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.address.Endpoint;
import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// An engine on a simulated network of its own, of which a test sees each call, and may say what comes of the
/// next ones. It keeps what requests are told, in order: `tag begins`, `tag=code/bytes` at the end, `tag
/// refused code`, and `tag runs` when the routine does.
final class PromptedNetwork implements Completion {
    /// A call on the network, or on one of its pollers.
    record Call(String name, List<Object> arguments) {
    }

    /// Passes calls on, unless there is a prompt.
    private final class Watched implements InvocationHandler {
        private final Object real;

        Watched(Object real) {
            this.real = real;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            Object[] passed = arguments == null ? new Object[0] : arguments;
            calls.add(new Call(method.getName(), Arrays.asList(passed.clone())));
            Deque<Supplier<? extends Number>> prompted = prompts.get(method.getName());
            if (prompted != null && !prompted.isEmpty()) {
                Number result = prompted.removeFirst().get();
                return method.getReturnType() == long.class ? (Object) result.longValue() : result.intValue();
            }
            try {
                Object result = method.invoke(real, Arrays.stream(passed).map(this::unwrapped).toArray());
                return result instanceof Poller poller ? watched(Poller.class, poller) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private Object unwrapped(Object argument) {
            return argument instanceof Poller poller
                    ? ((Watched) Proxy.getInvocationHandler(poller)).real : argument;
        }
    }

    /// A simulated network belongs to the thread that makes it. That of a test class's fields runs its tests
    /// too, but in the mode SAME_THREAD only. A test that waits is then interrupted after so long; one that
    /// loops without an end lasts until all of the tests have taken too long.
    static final long SECONDS_MAX = 20;

    private static final int LOOPBACK_NUMBER = 0x7f00_0001;

    final List<Call> calls = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    private final Map<String, Deque<Supplier<? extends Number>>> prompts = new HashMap<>();
    /// The network itself.
    final SimulatedProvider real;
    /// What one direction of a connection holds.
    private final int bufferBytes;
    final Engine engine;
    /// The calling thread.
    final Caller caller;
    final TestSockets sockets;

    PromptedNetwork() {
        this(SimulatedOptions.calm(1));
    }

    PromptedNetwork(SimulatedOptions options) {
        bufferBytes = options.bufferBytes();
        real = new SimulatedProvider(options);
        engine = new Engine(watched(TransportProvider.class, real), false);
        caller = Caller.ofThisThread(engine);
        sockets = new TestSockets(engine, caller);
    }

    private <T> T watched(Class<T> type, T network) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                new Watched(network)));
    }

    // ---- calls on the network ----

    /// The next calls of that name give `results`, and do nothing.
    void answer(String name, Number... results) {
        for (Number result : results) {
            onNext(name, () -> result);
        }
    }

    /// The next call of that name does `what` instead, and gives what that returns.
    void onNext(String name, Supplier<? extends Number> what) {
        prompts.computeIfAbsent(name, _ -> new ArrayDeque<>()).add(what);
    }

    long count(String name) {
        return calls.stream().filter(each -> each.name.equals(name)).count();
    }

    /// The arguments of the latest call of that name.
    List<Object> last(String name) {
        return calls.stream().filter(each -> each.name.equals(name)).toList().getLast().arguments;
    }

    // ---- requests ----

    private static Request with(Request request, long bytes) {
        if (!request.add(Arena.ofAuto().allocate(Math.max(bytes, 1)), bytes, true)) {
            throw new AssertionError("memory of one's own can be used");
        }
        return request;
    }

    Request send(Socket socket, long bytes) {
        return with(caller.send(socket, 0, true), bytes);
    }

    Request receive(Socket socket, long bytes) {
        return with(caller.receive(socket, 0, false), bytes);
    }

    /// A datagram of so many bytes to `to`.
    Request sendTo(Socket socket, long bytes, Socket to) {
        Request request = send(socket, bytes);
        request.to().setIpv4(LOOPBACK_NUMBER, ((InetSocketAddress) to.localAddress()).getPort());
        return request;
    }

    /// Starts it as one that tells its outcome alone, but for what its socket signals.
    long start(Request request, String tag) {
        return start(request, tag, null, null);
    }

    /// Starts a send that has to wait.
    void sendLater(Socket socket, long bytes, String tag) {
        assertThat(start(send(socket, bytes), tag)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
    }

    /// Starts a receive that has to wait.
    void receiveLater(Socket socket, long bytes, String tag) {
        assertThat(start(receive(socket, bytes), tag)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
    }

    /// From here on `socket` takes no send, until its peer receives.
    void fill(Socket socket) {
        assertThat(start(send(socket, bufferBytes), "filling")).isEqualTo(bufferBytes);
        told.clear();
        calls.clear();
    }

    /// What [#fill] has sent to `socket` is received there.
    void drain(Socket socket) {
        socket.nonBlocking(true);
        assertThat(socket.call(receive(socket, bufferBytes), caller)).isEqualTo(bufferBytes);
    }

    long start(Request request, String tag, Runnable routine, EventObject event) {
        request.indicate(this, tag, routine, event);
        return request.socket().start(request, request.caller());
    }

    @Override
    public void begun(Object tag) {
        told.add(tag + " begins");
    }

    @Override
    public void refused(Object tag, int code) {
        told.add(tag + " refused " + code);
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        told.add(tag + "=" + code + "/" + bytes);
    }

    @Override
    public void received(Endpoint from, Object into, Object length) {
        told.add(into + " and " + length + " from " + from.port());
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        told.add(tag + " runs");
        ((Runnable) routine).run();
    }

    // ---- threads ----

    /// Another thread, which has not begun.
    Caller another() {
        return new Caller(engine, new Thread(() -> { }), 0);
    }

    /// Takes in what the network has reported to the calling thread.
    void poll() {
        caller.sleep(0, false);
    }

    /// Does `what` in a routine of `by`, which is of this thread. What it throws is not reported, but thrown
    /// here.
    static void inRoutine(Caller by, Runnable what) {
        Throwable[] thrown = new Throwable[1];
        by.queue(() -> {
            try {
                what.run();
            } catch (Throwable e) {
                thrown[0] = e;
            }
        }, by);
        by.sleep(0, true);
        if (thrown[0] != null) {
            throw new AssertionError(thrown[0]);
        }
    }
}
