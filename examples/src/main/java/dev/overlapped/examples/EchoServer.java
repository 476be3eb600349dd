package dev.overlapped.examples;

import dev.overlapped.ListeningSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Sends back what each client sends, each client on a virtual thread: `EchoServer PORT`.
class EchoServer {
    public static void main(String... args) throws Exception {
        var listener = ListeningSocket.bind(new InetSocketAddress(Integer.parseInt(args[0])));
        System.out.println("listening on " + listener.localAddress());
        while (true) {
            var client = listener.accept().await();
            Thread.ofVirtual().start(() -> {
                try (client) {
                    var buffer = ByteBuffer.allocateDirect(4096);
                    while (client.receive(buffer.clear()).await() >= 0) {
                        client.send(buffer.flip()).await();
                    }
                } catch (Exception e) { System.err.println(e.getMessage()); }
            });
        }
    }
}
