package io.seriatim.tools.serve;

import io.seriatim.tools.serve.intake.Outcome;
import java.time.Duration;
import java.util.Map;

/// What can be posted where, and how it is answered.
enum HttpProtocol {
    /// OTLP over HTTP: <https://opentelemetry.io/docs/specs/otlp/#otlphttp>.
    OTLP("/v1/metrics", null, "application/x-protobuf, application/json") {
        @Override
        Protocol of(String type) {
            return switch (essence(type)) {
                case "application/x-protobuf" -> Protocol.OTLP_HTTP;
                case "application/json" -> Protocol.OTLP_JSON;
                default -> null;
            };
        }

        /// In the encoding of the request.
        @Override
        HttpAnswer inItsWay(String type, Answer answer) {
            final boolean json = essence(type).equals("application/json");
            final byte[] body;
            if (answer.isTaken()) {
                body = json ? OtlpAnswers.successJson(answer.outcome()) : OtlpAnswers.success(answer.outcome());
            } else {
                body = json
                        ? OtlpAnswers.statusJson(answer.refusal().grpc(), answer.message())
                        : OtlpAnswers.status(answer.refusal().grpc(), answer.message(), null);
            }
            final int status = answer.isTaken() ? HTTP_OK : answer.refusal().http();
            return HttpAnswer.of(status, json ? "application/json" : "application/x-protobuf", body);
        }
    },

    /// Prometheus remote write: <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/>.
    REMOTE_WRITE(
            "/api/v1/write",
            "snappy",
            "application/x-protobuf;proto=prometheus.WriteRequest,"
                    + " application/x-protobuf;proto=io.prometheus.write.v2.Request") {
        @Override
        Protocol of(String type) {
            if (!essence(type).equals("application/x-protobuf")) {
                return null;
            }
            return switch (parameter(type, "proto")) {
                case "", "prometheus.writerequest" -> Protocol.REMOTE_WRITE_1;
                case "io.prometheus.write.v2.request" -> Protocol.REMOTE_WRITE_2;
                default -> null;
            };
        }

        /// What was written is told in headers, also when a part was not: then the status says that sending it again
        /// is of no use.
        @Override
        HttpAnswer inItsWay(String type, Answer answer) {
            final Outcome outcome = answer.outcome();
            final boolean partly = answer.isTaken() && outcome.rejected() > 0;
            final HttpAnswer bare;
            if (answer.isTaken() && !partly) {
                bare = new HttpAnswer(HTTP_NO_CONTENT, Map.of(), new byte[0]);
            } else if (partly) {
                bare = HttpAnswer.text(
                        Refusal.MALFORMED.http(),
                        "refused of it: " + outcome.rejected() + ", the first: " + outcome.firstRejection());
            } else {
                bare = HttpAnswer.text(answer.refusal().http(), answer.message());
            }
            return bare.with(
                            "X-Prometheus-Remote-Write-Samples-Written", count(outcome == null ? 0 : outcome.samples()))
                    .with(
                            "X-Prometheus-Remote-Write-Histograms-Written",
                            count(outcome == null ? 0 : outcome.histograms()))
                    .with(
                            "X-Prometheus-Remote-Write-Exemplars-Written",
                            count(outcome == null ? 0 : outcome.exemplars()));
        }
    };

    private static final int HTTP_OK = 200;
    private static final int HTTP_NO_CONTENT = 204;

    private final String path;
    private final String usualEncoding;
    private final String types;

    HttpProtocol(String path, String usualEncoding, String types) {
        this.path = path;
        this.usualEncoding = usualEncoding;
        this.types = types;
    }

    /// @return what is spoken at a path, or null
    static HttpProtocol at(String path) {
        for (final HttpProtocol one : values()) {
            if (one.path.equals(path)) {
                return one;
            }
        }
        return null;
    }

    /// @param type what `Content-Type` says, in lower case
    /// @return what a message of that type is, or null if it is not known here
    abstract Protocol of(String type);

    abstract HttpAnswer inItsWay(String type, Answer answer);

    /// @param retryAfter when to send again what could not be taken now
    HttpAnswer answer(String type, Answer answer, Duration retryAfter) {
        final HttpAnswer bare = inItsWay(type, answer);
        return answer.isTaken() || !answer.refusal().again()
                ? bare
                : bare.with("Retry-After", String.valueOf(Math.max(1, retryAfter.toSeconds())));
    }

    /// @return how messages are packed when no header says it, or null
    String usualEncoding() {
        return usualEncoding;
    }

    /// @return the types that are known, for messages
    String types() {
        return types;
    }

    private static String essence(String type) {
        final int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    }

    private static String parameter(String type, String name) {
        for (final String part : type.split(";")) {
            final String bare = part.strip();
            if (bare.startsWith(name + "=")) {
                return bare.substring(name.length() + 1).replace("\"", "").strip();
            }
        }
        return "";
    }

    private static String count(long number) {
        return String.valueOf(number);
    }
}
