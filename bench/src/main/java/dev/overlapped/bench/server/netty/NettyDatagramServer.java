package dev.overlapped.bench.server.netty;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Echo of datagrams on one event loop.
public final class NettyDatagramServer implements Server {
    private final NettyTransport transport;

    /// On that transport.
    public NettyDatagramServer(NettyTransport transport) {
        this.transport = transport;
    }

    @Override
    public void serve(ServerOptions options) throws InterruptedException {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.handlers());
        Channel channel = new Bootstrap()
            .group(group)
            .channel(transport.datagrams())
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(options.bufferBytes()))
            .handler(new Echo())
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync().channel();
        Control.listening(((InetSocketAddress) channel.localAddress()).getPort());
        channel.closeFuture().sync();
    }

    /// Written as they are read, and flushed when there are no more to read.
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // A datagram that is lost is the client's business.
        public void channelRead(ChannelHandlerContext context, Object message) {
            DatagramPacket received = (DatagramPacket) message;
            context.write(new DatagramPacket(received.content(), received.sender()), context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A client has gone before its answer came; the others are still there.
        }
    }
}
