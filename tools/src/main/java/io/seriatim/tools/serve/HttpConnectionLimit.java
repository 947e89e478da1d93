package io.seriatim.tools.serve;

import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;

/// Closes at once what is more than so many connections. Jetty's own limit stops accepting instead: then whoever comes
/// waits in the kernel's queue, and does not know why.
final class HttpConnectionLimit extends NetworkConnectionLimit {
    private final ServerConnector connector;
    private final long crowdedIdleMs;

    /// @param most          connections at once
    /// @param crowdedIdleMs how long a connection may be silent when there are so many
    HttpConnectionLimit(int most, long crowdedIdleMs, ServerConnector connector) {
        super(most, connector);
        this.connector = connector;
        this.crowdedIdleMs = crowdedIdleMs;
    }

    @Override
    protected void limit() {
        for (final EndPoint end : connector.getConnectedEndPoints()) {
            end.setIdleTimeout(crowdedIdleMs);
        }
    }

    @Override
    protected void unlimit() {
        for (final EndPoint end : connector.getConnectedEndPoints()) {
            end.setIdleTimeout(connector.getIdleTimeout());
        }
    }
}
