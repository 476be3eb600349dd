package dev.overlapped.bench.load;

import java.io.IOException;

/// The process of the load generator: carries out orders from its standard input until that ends. It lives
/// through all runs of a workload, so that every server meets one that is warm.
public final class LoadMain {
    private LoadMain() {
    }

    /// Works on the main thread.
    public static void main(String[] args) throws IOException {
        Conversation conversation = new Conversation();
        for (LoadOrder order = conversation.order(); order != null; order = conversation.order()) {
            try {
                run(order, conversation);
            } catch (IOException e) {
                conversation.failed(e);
            }
        }
    }

    private static void run(LoadOrder order, Conversation conversation) throws IOException {
        switch (order.kind()) {
            case ECHO, FIXED_RATE -> new EchoLoad(order, conversation).run();
            case SINK -> new SinkLoad(order, conversation).run();
            case CONNECT -> new ConnectLoad(order, conversation).run();
            case DATAGRAM -> new DatagramLoad(order, conversation).run();
            case IDLE -> new IdleLoad(order, conversation).run();
        }
    }
}
