package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import dev.overlapped.provider.simulated.ThreadOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// An engine without a thread of its own on a simulated network, and the one thread that uses it, which is
/// the one that made this. It may be several callers in turn.
final class OneThread implements Completion {
    static final long MILLI_NANOS = 1_000_000;
    /// Longer than anything takes that is not to be waited for.
    static final long LONG_NANOS = 10_000 * MILLI_NANOS;
    /// What one send or receive moves.
    static final long BYTES = 16;

    /// What is told, in order: `tag` when its routine runs, `tag=code` when it ends.
    final List<String> told = new ArrayList<>();
    final SimulatedProvider provider;
    final Engine engine;
    final Caller caller;
    final TestSockets sockets;
    /// How often the thread came to a place where others could have run.
    int turns;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BYTES);

    /// On a network where nothing goes wrong.
    OneThread() {
        this(SimulatedOptions.calm(1));
    }

    OneThread(SimulatedOptions options) {
        provider = new SimulatedProvider(options, ThreadOptions.USUAL, new SplittableRandom(options.seed()),
                () -> turns++);
        engine = new Engine(provider, false);
        caller = Caller.ofThisThread(engine);
        sockets = new TestSockets(engine, caller);
    }

    @Override
    public void begun(Object tag) {
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        told.add(tag + "=" + code);
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        told.add(tag.toString());
        ((Runnable) routine).run();
    }

    /// Another caller, whom only this thread can be.
    Caller another() {
        return new Caller(engine, Thread.currentThread(), 0);
    }

    /// Another one, known as a virtual thread.
    Caller virtual() {
        return new Caller(engine, Thread.ofVirtual().unstarted(() -> { }), 0);
    }

    private Request filled(Request request) {
        assertThat(request.add(buffer, BYTES, true)).isTrue();
        return request;
    }

    /// A receive that is still to be started or called.
    Request receive(Socket socket, Caller by) {
        return filled(by.receive(socket, 0, false));
    }

    /// A send that is still to be started or called.
    Request send(Socket socket, Caller by) {
        return filled(by.send(socket, 0, true));
    }

    /// Starts a receive that has to wait.
    void startReceive(Socket socket, Caller by, String tag, EventObject event) {
        Request receive = receive(socket, by);
        receive.indicate(this, tag, null, event);
        assertThat(socket.start(receive, by)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
    }

    /// Starts a send; what [Socket#start] answers.
    long startSend(Socket socket, Caller by, String tag) {
        Request send = send(socket, by);
        send.indicate(this, tag, null, null);
        return socket.start(send, by);
    }

    /// Bytes for one receive come in at the other end of `from`.
    void write(Socket from) {
        assertThat(from.call(send(from, caller), caller)).isEqualTo(BYTES);
    }

    /// Has `what` run as a routine of `socket`, or of none, in the next alertable wait of `by`.
    void queue(Socket socket, Caller by, Runnable what) {
        by.deliverLater(apc(socket, what), by);
    }

    static ApcQueue.Apc apc(Socket socket, Runnable what) {
        return new ApcQueue.Apc() {
            @Override
            public Socket socket() {
                return socket;
            }

            @Override
            public void run(Caller on) {
                what.run();
            }
        };
    }
}
