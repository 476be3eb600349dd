package dev.overlapped.bench.server;

import dev.overlapped.bench.server.jdk.BlockingEcho;
import dev.overlapped.bench.server.jdk.Nio2Echo;
import dev.overlapped.bench.server.jdk.Nio2Sender;
import dev.overlapped.bench.server.jdk.SelectorDatagramEcho;
import dev.overlapped.bench.server.jdk.SelectorEcho;
import dev.overlapped.bench.server.jdk.SelectorSender;
import dev.overlapped.bench.server.jdk.VirtualThreadEcho;
import dev.overlapped.bench.server.jdk.VirtualThreadSender;
import dev.overlapped.bench.server.netty.NettyDatagramServer;
import dev.overlapped.bench.server.netty.NettyServer;
import dev.overlapped.bench.server.netty.NettyTransport;
import dev.overlapped.bench.server.winsock.EventDatagramEcho;
import dev.overlapped.bench.server.winsock.EventEcho;
import dev.overlapped.bench.server.winsock.EventSender;
import dev.overlapped.bench.server.winsock.RoutineDatagramEcho;
import dev.overlapped.bench.server.winsock.RoutineEcho;
import dev.overlapped.bench.server.winsock.RoutineSender;
import java.util.Arrays;

/// The process of a server: `ServerMain NAME ROLE BUFFER MESSAGE DEPTH PIECES`.
public final class ServerMain {
    private ServerMain() {
    }

    /// Serves until the standard input ends.
    public static void main(String[] args) throws Exception {
        ServerOptions options = ServerOptions.parse(Arrays.asList(args).subList(1, args.length));
        Control.start();
        try {
            server(args[0], options.role()).serve(options);
        } catch (LinkageError | Exception e) {
            // Also what says that a transport cannot be had on this machine.
            e.printStackTrace();
            System.exit(1);
        }
    }

    /// Only the classes of the server that is named get loaded.
    private static Server server(String name, Role role) {
        if (role == Role.DATAGRAM) {
            return datagramServer(name);
        }
        boolean echo = role == Role.ECHO;
        return switch (name) {
            case "selector" -> echo ? new SelectorEcho() : new SelectorSender();
            case "nio2" -> echo ? new Nio2Echo() : new Nio2Sender();
            case "virtual" -> echo ? new VirtualThreadEcho() : new VirtualThreadSender();
            case "blocking" -> new BlockingEcho();
            case "netty-epoll" -> new NettyServer(NettyTransport.EPOLL, false);
            case "netty-epoll-fc" -> new NettyServer(NettyTransport.EPOLL, true);
            case "netty-uring" -> new NettyServer(NettyTransport.IO_URING, false);
            case "netty-uring-fc" -> new NettyServer(NettyTransport.IO_URING, true);
            case "routine" -> echo ? new RoutineEcho() : new RoutineSender();
            case "event" -> echo ? new EventEcho() : new EventSender();
            default -> throw new IllegalArgumentException("no server is called '" + name + "'");
        };
    }

    private static Server datagramServer(String name) {
        return switch (name) {
            case "selector" -> new SelectorDatagramEcho();
            case "netty-epoll" -> new NettyDatagramServer(NettyTransport.EPOLL);
            case "netty-uring" -> new NettyDatagramServer(NettyTransport.IO_URING);
            case "routine" -> new RoutineDatagramEcho();
            case "event" -> new EventDatagramEcho();
            default -> throw new IllegalArgumentException("'" + name + "' knows no datagrams");
        };
    }
}
