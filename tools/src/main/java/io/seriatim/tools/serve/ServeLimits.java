package io.seriatim.tools.serve;

import java.time.Duration;

/// What clients may use. Everything has a limit.
///
/// @param messageBytes   of a message as it arrives
/// @param unpackedBytes  of a message unpacked
/// @param inflightBytes  of all messages in memory together
/// @param requests       at once
/// @param connections    at once, of each front
/// @param streams        calls at once on one gRPC connection
/// @param labels         of a series
/// @param labelBytes     of a series
/// @param series         that each decoder remembers
/// @param cachedBytes    that each decoder remembers, about
/// @param requestTimeout how long a message may take to arrive
/// @param headerTimeout  how long a header, or a handshake, may take
/// @param idleTimeout    how long a connection may be silent
record ServeLimits(
        int messageBytes,
        int unpackedBytes,
        long inflightBytes,
        int requests,
        int connections,
        int streams,
        int labels,
        int labelBytes,
        int series,
        long cachedBytes,
        Duration requestTimeout,
        Duration headerTimeout,
        Duration idleTimeout) {
    private static final int LEAST_DECODERS = 2;

    /// @return how many messages are decoded at once: as many as there are cores
    static int decoders() {
        return Math.max(LEAST_DECODERS, Runtime.getRuntime().availableProcessors());
    }
}
