package io.seriatim.tools.serve;

import io.seriatim.tools.serve.intake.BadMessageException;
import io.seriatim.tools.serve.intake.Intake;
import io.seriatim.tools.serve.intake.Outcome;
import java.util.Locale;

/// What clients speak.
enum Protocol {
    /// OTLP over gRPC.
    OTLP_GRPC,
    /// OTLP over HTTP, protobuf.
    OTLP_HTTP,
    /// OTLP over HTTP, JSON.
    OTLP_JSON,
    /// Prometheus remote write 1.0.
    REMOTE_WRITE_1,
    /// Prometheus remote write 2.0.
    REMOTE_WRITE_2;

    private final String label = name().toLowerCase(Locale.ROOT);

    /// @return its name in metrics, logs and on the status page
    String label() {
        return label;
    }

    /// Hands a message to the decoder that it is for.
    void take(Intake intake, Body body, Outcome outcome) throws BadMessageException {
        switch (this) {
            case OTLP_GRPC, OTLP_HTTP -> intake.otlp(body.bytes(), 0, body.length(), outcome);
            case OTLP_JSON -> intake.otlpJson(body.bytes(), 0, body.length(), outcome);
            case REMOTE_WRITE_1 -> intake.remoteWrite1(body.bytes(), 0, body.length(), outcome);
            case REMOTE_WRITE_2 -> intake.remoteWrite2(body.bytes(), 0, body.length(), outcome);
        }
    }
}
