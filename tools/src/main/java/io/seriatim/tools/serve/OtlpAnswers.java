package io.seriatim.tools.serve;

import io.grpc.Status;
import io.seriatim.tools.Json;
import io.seriatim.tools.serve.intake.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// What OTLP wants to hear: `ExportMetricsServiceResponse` with its partial success, or `google.rpc.Status`. Numbers
/// are those of opentelemetry-proto and googleapis.
final class OtlpAnswers {
    private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

    private OtlpAnswers() {}

    /// @return `ExportMetricsServiceResponse`; empty if everything was taken, as the protocol prescribes
    static byte[] success(Outcome outcome) {
        final Protobuf response = new Protobuf();
        if (outcome.rejected() > 0) {
            response.message(1, new Protobuf().integer(1, outcome.rejected()).text(2, reason(outcome)));
        }
        return response.toBytes();
    }

    /// The same as JSON, where a 64-bit integer is a string.
    static byte[] successJson(Outcome outcome) {
        return Json.line(json -> {
                    if (outcome.rejected() > 0) {
                        json.writeObjectFieldStart("partialSuccess");
                        json.writeStringField("rejectedDataPoints", String.valueOf(outcome.rejected()));
                        json.writeStringField("errorMessage", reason(outcome));
                        json.writeEndObject();
                    }
                })
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String reason(Outcome outcome) {
        return outcome.firstRejection() == null ? "" : "the first: " + outcome.firstRejection();
    }

    /// @param retryAfter when to send it again, or null if that is of no use
    /// @return `google.rpc.Status`
    static byte[] status(Status.Code code, String message, Duration retryAfter) {
        final Protobuf status = new Protobuf().integer(1, code.value()).text(2, message);
        if (retryAfter != null) {
            final Protobuf delay =
                    new Protobuf().integer(1, retryAfter.toSeconds()).integer(2, retryAfter.toNanosPart());
            status.message(
                    3,
                    new Protobuf()
                            .text(1, RETRY_INFO)
                            .bytes(2, new Protobuf().message(1, delay).toBytes()));
        }
        return status.toBytes();
    }

    /// @return `google.rpc.Status` as JSON
    static byte[] statusJson(Status.Code code, String message) {
        return Json.line(json -> {
                    json.writeNumberField("code", code.value());
                    json.writeStringField("message", message);
                })
                .getBytes(StandardCharsets.UTF_8);
    }
}
