package dev.overlapped.engine;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int LOOPBACK_NUMBER = 0x7f00_0001;

    final List<Call> calls = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    private final Map<String, Deque<Supplier<? extends Number>>> prompts = new HashMap<>();
    /// The network itself.
    final SimulatedProvider real;
    final Engine engine;
    /// The calling thread.
    final Caller caller;

    PromptedNetwork() {
        this(SimulatedOptions.calm(1));
    }

    PromptedNetwork(SimulatedOptions options) {
        real = new SimulatedProvider(options);
        engine = new Engine(watched(TransportProvider.class, real), false);
        caller = Caller.ofThisThread(engine);
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

    // ---- sockets ----

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(LOOPBACK, port);
    }

    Socket stream() {
        return engine.socket(engine.open(false, true, true));
    }

    /// One for datagrams, with an address.
    Socket datagrams() {
        Socket socket = engine.socket(engine.open(false, false, true));
        socket.handshake().bind(loopback(0));
        return socket;
    }

    Socket listener() {
        Socket listener = stream();
        listener.handshake().bind(loopback(0));
        listener.handshake().listen(5);
        return listener;
    }

    /// Both ends of a connection, the one that connected first.
    Socket[] connection() {
        Socket listener = listener();
        Socket client = stream();
        client.handshake().connect(listener.localAddress(), caller);
        return new Socket[] {client,
                engine.socket(listener.handshake().accept(caller, new SocketAddress[1]))};
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

    /// Does `what` while `other` sits in a wait for `event`. Whether it still does at the end.
    static boolean whileWaiting(Caller other, EventObject event, Runnable what) {
        EventObject.Wait wait = new EventObject.Wait();
        wait.add(event);
        boolean[] waits = new boolean[2];
        other.waiter().await(new Waiter.Condition() {
            @Override
            public boolean isSatisfied(Caller by) {
                return waits[0];
            }

            @Override
            public void begin(Caller by) {
                wait.begin(by);
            }

            @Override
            public void end(Caller by) {
                wait.end(by);
            }

            @Override
            public void drive(Caller by) {
                what.run();
                waits[0] = true;
                waits[1] = by.waiter().isWaiting();
            }
        }, -1, false);
        return waits[1];
    }
}
