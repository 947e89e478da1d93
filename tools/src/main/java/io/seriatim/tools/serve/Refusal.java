package io.seriatim.tools.serve;

import io.grpc.Status;

/// Why a request is not taken: what HTTP and gRPC call it, and whether the client is to send it again.
enum Refusal {
    /// The message is not what the protocol prescribes.
    MALFORMED(400, Status.Code.INVALID_ARGUMENT, false),
    /// No token, or a wrong one.
    UNAUTHENTICATED(401, Status.Code.UNAUTHENTICATED, false),
    /// There is nothing at this path.
    NOT_FOUND(404, Status.Code.UNIMPLEMENTED, false),
    /// Another method is wanted.
    WRONG_METHOD(405, Status.Code.UNIMPLEMENTED, false),
    /// It did not come in time.
    TOO_SLOW(408, Status.Code.DEADLINE_EXCEEDED, true),
    /// Longer than a message may be, packed or unpacked.
    TOO_LARGE(413, Status.Code.INVALID_ARGUMENT, false),
    /// Neither the type nor the encoding is known.
    WRONG_TYPE(415, Status.Code.INVALID_ARGUMENT, false),
    /// Too much at once: neither memory nor space in the log. Come again.
    BUSY(429, Status.Code.RESOURCE_EXHAUSTED, true),
    /// A fault of the program.
    INTERNAL(500, Status.Code.INTERNAL, false),
    /// The log takes nothing now: it is poisoned, or closing, or its durability is not known.
    UNAVAILABLE(503, Status.Code.UNAVAILABLE, true);

    private final int http;
    private final Status.Code grpc;
    private final boolean again;

    Refusal(int http, Status.Code grpc, boolean again) {
        this.http = http;
        this.grpc = grpc;
        this.again = again;
    }

    int http() {
        return http;
    }

    Status.Code grpc() {
        return grpc;
    }

    /// @return whether the client is to send the same again, later
    boolean again() {
        return again;
    }
}
