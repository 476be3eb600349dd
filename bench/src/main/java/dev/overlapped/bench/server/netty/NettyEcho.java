package dev.overlapped.bench.server.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Netty's own echo example: written as it is read, flushed when there is no more to read.
final class NettyEcho extends ChannelInboundHandlerAdapter {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // As in the example: a failure closes the channel.
    public void channelRead(ChannelHandlerContext context, Object message) {
        context.write(message, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // There is nothing to do once it is closed.
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
