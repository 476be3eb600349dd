package dev.overlapped.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.simulation.Simulation;
import dev.overlapped.simulation.SimulationOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/// Finds a mistake in a protocol whose messages have their length in front: its reader takes one receive for
/// a whole message. `FramesOnASimulation` looks for a seed that shows it, and with that seed repeats it.
final class FramesOnASimulation {
    private static final int SEEDS = 1_000;
    private static final int MESSAGE_BYTES_MAX = 1_000;
    private static final List<String> MESSAGES = List.of("one", "and another one", "the last");
    private static final InetSocketAddress ADDRESS =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711);

    /// How a server reads a message.
    interface Reader {
        String read(OverlappedSocket from) throws Exception;
    }

    private final Reader reader;
    private boolean listening;

    FramesOnASimulation(Reader reader) {
        this.reader = reader;
    }

    public static void main(String... args) {
        var protocol = new FramesOnASimulation(FramesOnASimulation::readAtOnce);
        if (args.length > 0) {
            System.out.print(protocol.run(Long.parseLong(args[0])));
            return;
        }
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                protocol.run(seed);
            } catch (AssertionError e) {
                System.out.println(e.getMessage());
                System.out.println("again: FramesOnASimulation " + seed);
                return;
            }
        }
        System.out.println("no mistake in " + SEEDS + " runs");
    }

    /// As it was written first. On one machine it has worked ever since.
    static String readAtOnce(OverlappedSocket from) throws Exception {
        ByteBuffer message = ByteBuffer.allocateDirect(Short.BYTES + MESSAGE_BYTES_MAX);
        from.receive(message).await();
        return textOf(message.flip().slice(Short.BYTES, message.getShort()));
    }

    /// As it has to be.
    static String readWhole(OverlappedSocket from) throws Exception {
        ByteBuffer length = ByteBuffer.allocateDirect(Short.BYTES);
        from.receiveFully(length).await();
        ByteBuffer text = ByteBuffer.allocateDirect(length.flip().getShort());
        from.receiveFully(text).await();
        return textOf(text.flip());
    }

    private static String textOf(ByteBuffer bytes) {
        return UTF_8.decode(bytes).toString();
    }

    /// One run; its trace.
    ///
    /// @throws AssertionError with the seed, if something went wrong
    String run(long seed) {
        listening = false;
        Simulation simulation = new Simulation(SimulationOptions.ofSeed(seed));
        simulation.thread("server", () -> serve(simulation));
        simulation.virtualThread("client", () -> talk(simulation));
        simulation.run();
        return simulation.trace();
    }

    private void serve(Simulation simulation) throws Exception {
        try (ListeningSocket listener = ListeningSocket.bind(ADDRESS)) {
            listening = true;
            try (OverlappedSocket client = listener.accept().await()) {
                for (String expected : MESSAGES) {
                    String got = reader.read(client);
                    simulation.say("got '" + got + "'");
                    if (!got.equals(expected)) {
                        throw new AssertionError("'" + got + "' instead of '" + expected + "'");
                    }
                    client.send(ByteBuffer.allocateDirect(1)).await();
                }
            }
        }
    }

    private void talk(Simulation simulation) throws Exception {
        simulation.awaitUntil(() -> listening, "for the server");
        try (OverlappedSocket server = OverlappedSocket.connect(ADDRESS).await()) {
            for (String each : MESSAGES) {
                byte[] text = each.getBytes(UTF_8);
                ByteBuffer message = ByteBuffer.allocateDirect(Short.BYTES + text.length);
                server.send(message.putShort((short) text.length).put(text).flip()).await();
                server.receiveFully(ByteBuffer.allocateDirect(1)).await();
            }
        }
    }
}
