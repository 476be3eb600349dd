package dev.overlapped.engine;

import dev.overlapped.provider.TransportProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/// Whether the engine holds the locks that it should: none where a thread may lose its turn or runs the
/// program's code, and a direction's where it attempts a request of that direction.
final class SimulatedLocks {
    private enum Direction { SENDS, RECEIVES }

    /// The calls that attempt, by name; the first argument of each is the descriptor.
    private static final Map<String, Direction> ATTEMPTS = Map.of("send", Direction.SENDS,
            "connect", Direction.SENDS, "sendTo", Direction.SENDS, "receive", Direction.RECEIVES,
            "receiveFrom", Direction.RECEIVES, "accept", Direction.RECEIVES);

    private Engine engine;

    void watch(Engine watched) {
        engine = watched;
    }

    /// On the calling thread.
    void requireNone() {
        if (engine == null) {
            return;
        }
        engine.forEachSocket(socket -> {
            requireNot(socket, socket);
            requireNot(socket.sends, socket);
            requireNot(socket.receives, socket);
        });
        engine.forEachReactor(reactor -> requireNot(reactor, "a reactor"));
    }

    private static void requireNot(Object lock, Object of) {
        SimulatedRoutines.require(!Thread.holdsLock(lock), "no lock is held here", of);
    }

    /// `provider`, with a look at the locks before each attempt.
    TransportProvider watching(TransportProvider provider) {
        return (TransportProvider) Proxy.newProxyInstance(SimulatedLocks.class.getClassLoader(),
                new Class<?>[] {TransportProvider.class}, (_, method, arguments) -> {
                    Direction direction = ATTEMPTS.get(method.getName());
                    if (direction != null && engine != null) {
                        requireHeld(direction, (int) arguments[0]);
                    }
                    return call(provider, method, arguments);
                });
    }

    private static Object call(TransportProvider provider, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(provider, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void requireHeld(Direction direction, int descriptor) {
        engine.forEachSocket(socket -> {
            if (socket.descriptor() == descriptor) {
                Object lock = direction == Direction.SENDS ? socket.sends : socket.receives;
                SimulatedRoutines.require(Thread.holdsLock(lock), "an attempt under its lock", socket);
            }
        });
    }
}
