package dev.overlapped.bench.server.netty;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/// What an event loop of Netty waits with.
public enum NettyTransport {
    /// Edge-triggered epoll, by JNI.
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> listener() {
            return EpollServerSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagrams() {
            return EpollDatagramChannel.class;
        }
    },
    /// One ring for each event loop, by JNI.
    IO_URING {
        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> listener() {
            return IoUringServerSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagrams() {
            return IoUringDatagramChannel.class;
        }
    };

    abstract IoHandlerFactory handlers();

    abstract Class<? extends ServerChannel> listener();

    abstract Class<? extends DatagramChannel> datagrams();
}
