package io.seriatim.tools.store;

import java.net.URI;
import java.net.URISyntaxException;

/// Where to send what a log holds, and in which protocol.
///
/// @param protocol of the two
/// @param uri      http or https, with a path
public record StoreUrl(Protocol protocol, URI uri) {
    /// What a store speaks.
    public enum Protocol {
        /// Prometheus' remote write 1.0.
        REMOTE_WRITE("remote-write", "/api/v1/write"),
        /// OpenTelemetry's OTLP over HTTP, protobuf.
        OTLP("otlp", "/v1/metrics");

        private final String prefix;
        private final String path;

        Protocol(String prefix, String path) {
            this.prefix = prefix;
            this.path = path;
        }

        @Override
        public String toString() {
            return prefix;
        }
    }

    /// @return whether this may be meant as the address of a store
    public static boolean isOne(String text) {
        return text.contains("://");
    }

    /// @param text such as `remote-write+http://localhost:9090`; a path that is not given is the protocol's own
    /// @throws IllegalArgumentException if it is none, with a message for the user
    public static StoreUrl parse(String text) {
        for (final Protocol protocol : Protocol.values()) {
            if (text.startsWith(protocol.prefix + "+http://") || text.startsWith(protocol.prefix + "+https://")) {
                return of(protocol, text.substring(protocol.prefix.length() + 1));
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no store (write remote-write+http://HOST:PORT or"
                + " otlp+http://HOST:PORT, with https for TLS)");
    }

    private static StoreUrl of(Protocol protocol, String text) {
        try {
            final URI uri = new URI(text);
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("'" + text + "' names no host");
            }
            if (uri.getUserInfo() != null || uri.getFragment() != null) {
                throw new IllegalArgumentException("'" + uri.getHost() + "': no user and no fragment can be in the"
                        + " address of a store (a token goes into a file, or a header)");
            }
            final String path = uri.getRawPath();
            final boolean bare = path == null || path.isEmpty() || path.equals("/");
            return new StoreUrl(
                    protocol,
                    bare
                            ? new URI(
                                    uri.getScheme(),
                                    null,
                                    uri.getHost(),
                                    uri.getPort(),
                                    protocol.path,
                                    uri.getQuery(),
                                    null)
                            : uri);
        } catch (URISyntaxException failure) {
            throw new IllegalArgumentException("'" + text + "' is no address: " + failure.getMessage(), failure);
        }
    }

    @Override
    public String toString() {
        return protocol + "+" + uri;
    }
}
