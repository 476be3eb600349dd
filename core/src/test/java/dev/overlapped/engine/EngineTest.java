package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.TransportProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What there is once: the starts of a program, the handles, the names, the pool of reactors.
class EngineTest {
    /// What the network was asked, where an answer would not show it.
    private final List<Object> asked = new ArrayList<>();

    private Engine watched(OneThread one) {
        TransportProvider network = (TransportProvider) Proxy.newProxyInstance(
                TransportProvider.class.getClassLoader(), new Class<?>[] {TransportProvider.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("open") || method.getName().equals("resolve")) {
                        asked.add(arguments[0]);
                    }
                    return method.invoke(one.provider, arguments);
                });
        return new Engine(network, false);
    }

    // ---- whether it is in use ----

    @Test
    void itsVersionIsTheLowestThatWasStartedUntilTheLastEnd() {
        OneThread one = new OneThread();
        Engine engine = one.engine;
        assertThat(engine.version()).isEqualTo(Engine.NOT_STARTED);
        assertThat(engine.endStart(one.caller)).isFalse();
        engine.start(2);
        assertThat(engine.version()).isEqualTo(2);
        engine.start(1);
        engine.start(2);
        assertThat(engine.version()).isEqualTo(1);
        assertThat(engine.endStart(one.caller)).isTrue();
        assertThat(engine.endStart(one.caller)).isTrue();
        assertThat(engine.version()).isEqualTo(1);
        assertThat(engine.endStart(one.caller)).isTrue();
        assertThat(engine.version()).isEqualTo(Engine.NOT_STARTED);
        assertThat(engine.endStart(one.caller)).isFalse();
        engine.start(2);
        assertThat(engine.version()).isEqualTo(2);
    }

    @Test
    void theLastEndClosesEverySocketThatIsNotIndependent() {
        OneThread one = new OneThread();
        Engine engine = one.engine;
        engine.start(2);
        engine.start(2);
        Socket[] pair = one.sockets.connection();
        long independent = engine.independent(engine.open(false, true, true));
        EventObject event = engine.event(engine.createEvent(true, false));
        one.startReceive(pair[1], one.caller, "receive", event);
        assertThat(engine.endStart(one.caller)).isTrue();
        assertThat(engine.socket(pair[1].handle())).isSameAs(pair[1]);
        assertThat(engine.endStart(one.caller)).isTrue();
        assertThat(engine.socket(pair[0].handle())).isNull();
        assertThat(engine.socket(pair[1].handle())).isNull();
        assertThat(one.told).containsExactly("receive=" + WinsockErrors.WSA_OPERATION_ABORTED);
        assertThat(event.isSignalled()).as("only the outcome is told").isFalse();
        assertThat(engine.socket(independent)).isNotNull();
        assertThat(engine.event(event.handle())).isSameAs(event);
        assertThat(one.provider.openDescriptors()).as("a timer and a socket").isEqualTo(2);
    }

    // ---- handles ----

    @Test
    void aSocketIsWhatItWasOpenedAs() {
        Engine engine = watched(new OneThread());
        assertThat(engine.socket(engine.open(false, true, true)).isOverlapped()).isTrue();
        assertThat(engine.socket(engine.open(true, false, false)).isOverlapped()).isFalse();
        assertThat(engine.openUnix(true, true)).isEqualTo(-WinsockErrors.WSAESOCKTNOSUPPORT);
        assertThat(engine.openUnix(false, true)).isEqualTo(-WinsockErrors.WSAESOCKTNOSUPPORT);
        assertThat(asked).containsExactly(
                new SocketKind(SocketKind.Family.IPV4, SocketKind.Type.STREAM),
                new SocketKind(SocketKind.Family.IPV6, SocketKind.Type.DATAGRAM),
                new SocketKind(SocketKind.Family.UNIX, SocketKind.Type.STREAM),
                new SocketKind(SocketKind.Family.UNIX, SocketKind.Type.SEQPACKET));
    }

    @Test
    void theCodeOfASocketThatCouldNotBeOpenedPassesThrough() {
        OneThread one = new OneThread();
        one.provider.limitDescriptors(0);
        long result = one.engine.open(false, true, true);
        assertThat(result).isEqualTo(-WinsockErrors.WSAEMFILE);
        assertThat(one.engine.independent(result)).isEqualTo(result);
    }

    /// It is the engine's timer's until that is closed; a program may be started without a standard input.
    @Test
    void zeroIsADescriptorLikeAnyOther() {
        OneThread one = new OneThread();
        assertThat(one.provider.close(0, false)).isZero();
        assertThat(one.sockets.stream().descriptor()).isZero();
    }

    @Test
    void aHandleNamesOneKindOfThing() {
        OneThread one = new OneThread();
        Engine engine = one.engine;
        long socket = engine.open(false, true, true);
        long event = engine.createEvent(false, true);
        long object = engine.nameObject("object");
        assertThat(engine.socket(socket).handle()).isEqualTo(socket);
        assertThat(engine.event(event).handle()).isEqualTo(event);
        assertThat(engine.event(event).isSignalled()).isTrue();
        assertThat(engine.object(object)).isEqualTo("object");
        assertThat(engine.socket(event)).isNull();
        assertThat(engine.event(socket)).isNull();
        assertThat(engine.close(event, one.caller)).isFalse();
        assertThat(engine.closeEvent(socket)).isFalse();
        assertThat(engine.closeEvent(object)).isFalse();
        assertThat(engine.socket(socket)).isNotNull();
        assertThat(engine.event(event)).isNotNull();
        assertThat(engine.object(object)).isNotNull();
    }

    @Test
    void aHandleEndsOnce() {
        OneThread one = new OneThread();
        Engine engine = one.engine;
        long socket = engine.open(false, true, true);
        long event = engine.createEvent(false, false);
        long object = engine.nameObject("object");
        assertThat(engine.close(socket, one.caller)).isTrue();
        assertThat(engine.close(socket, one.caller)).isFalse();
        assertThat(engine.closeEvent(event)).isTrue();
        assertThat(engine.closeEvent(event)).isFalse();
        assertThat(engine.forget(object)).isTrue();
        assertThat(engine.forget(object)).isFalse();
        assertThat(engine.object(object)).isNull();
        assertThat(one.provider.openDescriptors()).as("a timer").isOne();
    }

    @Test
    void whatIsPendingOnASocketThatIsClosedIsTold() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.connection()[1];
        one.startReceive(socket, one.caller, "receive", null);
        assertThat(one.engine.close(socket.handle(), one.caller)).isTrue();
        assertThat(one.told).containsExactly("receive=" + WinsockErrors.WSAECONNABORTED);
    }

    @Test
    void whenAllHandlesAreInUseNothingIsOpened() {
        OneThread one = new OneThread();
        Object same = new Object();
        long handle;
        do {
            handle = one.engine.nameObject(same);
        } while (handle > 0);
        assertThat(handle).isZero();
        assertThat(one.engine.open(false, true, true)).isEqualTo(-WinsockErrors.WSAEMFILE);
        assertThat(one.engine.createEvent(true, false)).isZero();
        assertThat(one.provider.openDescriptors()).as("a timer").isOne();
    }

    @Test
    void memoryIsSharedIfAnyThreadMayUseItAndItDoesNotMove() {
        try (Arena confined = Arena.ofConfined()) {
            assertThat(Engine.isShared(confined.allocate(1))).isFalse();
        }
        assertThat(Engine.isShared(MemorySegment.ofArray(new byte[1]))).isFalse();
        assertThat(Engine.isShared(Arena.ofAuto().allocate(1))).isTrue();
    }

    @Test
    void whatIsReadyWithoutASocketThatWantsItDoesNoHarm() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        one.startReceive(pair[1], one.caller, "receive", null);
        one.write(pair[0]);
        long gone = one.engine.open(false, true, true);
        assertThat(one.engine.close(gone, one.caller)).isTrue();
        one.told.clear();
        one.engine.dispatch(gone, Interest.READ, one.caller);
        assertThat(one.told).isEmpty();
        one.engine.dispatch(pair[1].handle(), Interest.READ, one.caller);
        assertThat(one.told).containsExactly("receive=0");
    }

    // ---- names ----

    @Test
    void aQuestionReachesTheResolverAsItWasAsked() {
        Engine engine = watched(new OneThread());
        Engine.Wanted any = new Engine.Wanted(null, null);
        Engine.AddressFound ignored = (_, _, _, _) -> { };
        engine.resolve("::1", "80", 0, any, ignored);
        engine.resolve(null, "80", Engine.AI_PASSIVE, any, ignored);
        engine.resolve("::1", "80", Engine.AI_CANONNAME, any, ignored);
        engine.resolve("::1", "80", Engine.AI_NUMERICHOST, new Engine.Wanted(true, false), ignored);
        engine.resolve("::1", "80", Engine.AI_NUMERICSERV, new Engine.Wanted(false, true), ignored);
        SocketKind.Family ipv6 = SocketKind.Family.IPV6;
        SocketKind.Family ipv4 = SocketKind.Family.IPV4;
        assertThat(asked).containsExactly(
                new NameQuery("::1", "80", false, false, false, false, null, null),
                new NameQuery(null, "80", true, false, false, false, null, null),
                new NameQuery("::1", "80", false, true, false, false, null, null),
                new NameQuery("::1", "80", false, false, true, false, ipv6, SocketKind.Type.DATAGRAM),
                new NameQuery("::1", "80", false, false, false, true, ipv4, SocketKind.Type.STREAM));
    }

    @Test
    void eachAnswerIsTold() {
        OneThread one = new OneThread();
        List<List<Object>> found = new ArrayList<>();
        Engine.AddressFound note = (ipv6, stream, address, name) ->
                found.add(List.of(ipv6, stream, address, name));
        Engine.Wanted any = new Engine.Wanted(null, null);
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80);
        InetSocketAddress address6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), 80);
        int flags = Engine.AI_CANONNAME;
        assertThat(one.engine.resolve("127.0.0.1", "80", flags, any, note)).isZero();
        assertThat(one.engine.resolve("::1", "80", flags, new Engine.Wanted(true, true), note)).isZero();
        assertThat(one.engine.resolve("no name", "80", flags, any, note))
                .isEqualTo(WinsockErrors.WSAHOST_NOT_FOUND);
        assertThat(found).containsExactly(List.of(false, true, address, "127.0.0.1"),
                List.of(false, false, address, "127.0.0.1"), List.of(true, true, address6, "::1"));
    }

    // ---- reactors ----

    private static List<Reactor> reactors(Engine engine) {
        List<Reactor> reactors = new ArrayList<>();
        engine.forEachReactor(reactors::add);
        return reactors;
    }

    @Test
    void theReactorThatCameBackLastIsLeasedNext() {
        OneThread one = new OneThread();
        Reactor first = one.engine.takeReactor(one.caller);
        Caller other = one.another();
        Reactor second = one.engine.takeReactor(other);
        assertThat(second).isNotSameAs(first);
        assertThat(first.owner()).isSameAs(one.caller);
        assertThat(one.engine.reactor(second.key())).isSameAs(second);
        assertThat(first.release(one.caller)).isTrue();
        assertThat(second.release(other)).isTrue();
        one.engine.putBack(first);
        one.engine.putBack(second);
        assertThat(one.engine.takeReactor(one.caller)).isSameAs(second);
        assertThat(one.engine.takeReactor(other)).isSameAs(first);
        assertThat(reactors(one.engine)).containsExactly(one.engine.adoption().reactor(), first, second);
    }

    @Test
    void soManyReactorsAreKeptAndNoMore() {
        OneThread one = new OneThread();
        List<Reactor> taken = new ArrayList<>();
        int kept = Engine.REACTORS_KEPT_MAX;
        for (int i = 0; i < kept + 2; i++) {
            taken.add(one.engine.takeReactor(one.caller));
        }
        taken.forEach(one.engine::putBack);
        assertThat(one.provider.openPollers()).as("the engine's own too").isEqualTo(kept + 1);
        assertThat(reactors(one.engine)).hasSize(kept + 1)
                .doesNotContainAnyElementsOf(taken.subList(kept, taken.size()));
        assertThat(one.engine.reactor(taken.getLast().key())).isNull();
    }

    @Test
    void whereNoDescriptorIsLeftThereIsNoReactor() {
        OneThread one = new OneThread();
        one.provider.limitDescriptors(0);
        assertThat(one.engine.takeReactor(one.caller)).isNull();
    }

    // ---- seen from outside ----

    @Test
    void theTraceSaysWhenAndWhat() {
        OneThread one = new OneThread();
        one.caller.sleep(1_000_000_002, false);
        Request request = one.caller.receive(one.sockets.stream(), 0, false);
        PrintStream errors = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            one.engine.trace("done", request.operation(), 8, 995, 3);
        } finally {
            System.setErr(errors);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("1.000000002 done Receive thread="
                + Thread.currentThread().getName() + " socket=8 bytes=3 status=995\n");
    }
}
