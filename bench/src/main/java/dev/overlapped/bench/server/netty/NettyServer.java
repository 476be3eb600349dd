package dev.overlapped.bench.server.netty;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Role;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// A server on one event loop, which accepts and serves.
public final class NettyServer implements Server {
    private final NettyTransport transport;
    private final boolean consolidating;

    /// With `consolidating`, flushes are put together as far as Netty's own handler for that does.
    public NettyServer(NettyTransport transport, boolean consolidating) {
        this.transport = transport;
        this.consolidating = consolidating;
    }

    @Override
    public void serve(ServerOptions options) throws InterruptedException {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.handlers());
        ServerBootstrap bootstrap = new ServerBootstrap()
            .group(group)
            .channel(transport.listener())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    if (consolidating) {
                        channel.pipeline().addLast(new FlushConsolidationHandler(
                            FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
                    }
                    channel.pipeline().addLast(options.role() == Role.ECHO
                        ? new NettyEcho() : new NettySender(options));
                }
            });
        if (options.role() == Role.ECHO) {
            // The same buffer as the others have, in place of one whose length Netty would guess.
            bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(options.bufferBytes()));
        }
        Channel listener = bootstrap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync().channel();
        Control.listening(((InetSocketAddress) listener.localAddress()).getPort());
        listener.closeFuture().sync();
    }
}
