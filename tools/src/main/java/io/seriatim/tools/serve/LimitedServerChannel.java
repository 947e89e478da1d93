package io.seriatim.tools.serve;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A listening socket that closes at once what is more than so many connections. gRPC has no such limit of its own.
final class LimitedServerChannel extends NioServerSocketChannel {
    private final int most;
    private final AtomicInteger open;

    /// @param open counts connections
    LimitedServerChannel(int most, AtomicInteger open) {
        this.most = most;
        this.open = open;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        final int before = accepted.size();
        final int count = super.doReadMessages(accepted);
        for (int i = accepted.size() - 1; i >= before; i--) {
            final Channel one = (Channel) accepted.get(i);
            if (open.incrementAndGet() > most) {
                open.decrementAndGet();
                one.unsafe().closeForcibly();
                accepted.remove(i);
            } else {
                one.closeFuture().addListener(_ -> open.decrementAndGet());
            }
        }
        return count;
    }
}
