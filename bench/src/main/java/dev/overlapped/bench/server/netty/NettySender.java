package dev.overlapped.bench.server.netty;

import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.bench.server.StreamPattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;

/// Keeps that many messages outstanding: the listener of one's future writes and flushes the next.
final class NettySender extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
    private final int depth;
    private final ByteBuf[][] messages;
    private ChannelHandlerContext context;
    private int next;

    NettySender(ServerOptions options) {
        depth = options.depth();
        messages = new ByteBuf[depth][];
        for (int i = 0; i < depth; i++) {
            ByteBuffer[] pieces = StreamPattern.pieces(options, i);
            messages[i] = new ByteBuf[pieces.length];
            for (int j = 0; j < pieces.length; j++) {
                messages[i][j] = Unpooled.wrappedBuffer(pieces[j]);
            }
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        for (int i = 0; i < depth; i++) {
            post();
        }
    }

    /// The pieces of a message leave together: only the last one is flushed.
    @SuppressWarnings("FutureReturnValueIgnored") // The last piece's future tells of all.
    private void post() {
        ByteBuf[] message = messages[next];
        next = next + 1 == depth ? 0 : next + 1;
        int last = message.length - 1;
        for (int i = 0; i < last; i++) {
            context.write(message[i].retainedDuplicate(), context.voidPromise());
        }
        context.writeAndFlush(message[last].retainedDuplicate()).addListener(this);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // There is nothing to do once it is closed.
    public void operationComplete(ChannelFuture sent) {
        if (sent.isSuccess()) {
            post();
        } else {
            sent.channel().close();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // There is nothing to do once it is closed.
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        failed.close();
    }
}
