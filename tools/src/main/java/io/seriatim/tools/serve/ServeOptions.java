package io.seriatim.tools.serve;

import io.seriatim.wal.WalConfig;
import java.net.InetSocketAddress;

/// What is served, where, and to whom.
///
/// @param wal     the log
/// @param http    where to listen, or null for nowhere
/// @param grpc    the same for gRPC
/// @param tls     or null for none
/// @param token   that clients have to show, or null for none
/// @param durable whether to answer when a message is durable; else when it is appended
/// @param limits  what clients may use
/// @param farEnd  where to send on what is logged, or null for nowhere
record ServeOptions(
        WalConfig wal,
        InetSocketAddress http,
        InetSocketAddress grpc,
        Tls tls,
        BearerToken token,
        boolean durable,
        ServeLimits limits,
        FarEnd farEnd) {}
