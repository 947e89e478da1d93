package io.seriatim.tools.serve;

import io.grpc.Grpc;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// OTLP's `MetricsService/Export`, on bytes: no classes are generated, the decoder reads the message where it lies.
final class MetricsService implements AutoCloseable {
    private static final String NAME = "opentelemetry.proto.collector.metrics.v1.MetricsService";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final MethodDescriptor<Arrived, byte[]> EXPORT = MethodDescriptor.<Arrived, byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, "Export"))
            .setRequestMarshaller(new Arriving())
            .setResponseMarshaller(new Leaving())
            .build();

    private final Exchange exchange;
    private final BearerToken token;
    private final Duration requestTimeout;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("call-clock").factory());

    /// @param token          that clients have to show, or null for none
    /// @param requestTimeout how long a request may take to arrive
    MetricsService(Exchange exchange, BearerToken token, Duration requestTimeout) {
        this.exchange = exchange;
        this.token = token;
        this.requestTimeout = requestTimeout;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(NAME)
                .addMethod(EXPORT, (call, headers) -> new Call(call, CallRoom.current()).begin(headers))
                .build();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /// A message, or why there is none.
    private record Arrived(Body body, RefusedException refused) {}

    /// One call. Its listener's methods come one after the other; what ends it early comes from another thread.
    private final class Call extends ServerCall.Listener<Arrived> {
        private final ServerCall<Arrived, byte[]> call;
        private final CallRoom room;
        private final String client;
        private final AtomicBoolean answered = new AtomicBoolean();
        private ScheduledFuture<?> deadline;
        private Arrived message;

        Call(ServerCall<Arrived, byte[]> call, CallRoom room) {
            this.call = call;
            this.room = room;
            final SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
            this.client = remote == null ? "unknown" : remote.toString().replaceFirst("^/", "");
        }

        ServerCall.Listener<Arrived> begin(Metadata headers) {
            if (token != null && !token.isShownBy(headers.get(AUTHORIZATION))) {
                refuse(Refusal.UNAUTHENTICATED, "no bearer token, or a wrong one");
            } else if (room.room() == null) {
                end(exchange.take(Protocol.OTLP_GRPC, client, null, _ -> Body.EMPTY));
            } else {
                deadline = clock.schedule(
                        () -> refuse(Refusal.TOO_SLOW, "the message did not come in time: limit=" + requestTimeout),
                        requestTimeout.toNanos(),
                        TimeUnit.NANOSECONDS);
                room.onFull(() -> refuse(Refusal.BUSY, "too many bytes of messages at once; send it again later"));
                call.request(2); // a second one would be an error, and is seen as one
            }
            return this;
        }

        private void refuse(Refusal refusal, String text) {
            if (!answered.get()) {
                exchange.refused(Protocol.OTLP_GRPC.label(), refusal, client, text);
                end(Answer.refused(refusal, text));
            }
        }

        @Override
        public void onMessage(Arrived arrived) {
            if (message != null) {
                refuse(Refusal.MALFORMED, "more than one message in a call");
            }
            message = arrived;
        }

        @Override
        public void onHalfClose() {
            cancelDeadline();
            if (answered.get()) {
                return;
            }
            if (message == null) {
                refuse(Refusal.MALFORMED, "no message in the call");
                return;
            }
            end(exchange.take(Protocol.OTLP_GRPC, client, room.room(), _ -> {
                if (message.refused() != null) {
                    throw message.refused();
                }
                return message.body();
            }));
        }

        @Override
        public void onCancel() {
            cancelDeadline();
            answered.set(true);
        }

        @Override
        public void onComplete() {
            cancelDeadline();
        }

        private void cancelDeadline() {
            if (deadline != null) {
                deadline.cancel(false);
            }
        }

        private void end(Answer answer) {
            if (!answered.compareAndSet(false, true)) {
                return;
            }
            cancelDeadline();
            if (answer.isTaken()) {
                call.sendHeaders(new Metadata());
                call.sendMessage(OtlpAnswers.success(answer.outcome()));
                call.close(Status.OK, new Metadata());
                return;
            }
            final Status.Code code = answer.refusal().grpc();
            final Metadata trailers = new Metadata();
            trailers.put(
                    DETAILS,
                    OtlpAnswers.status(code, answer.message(), answer.refusal().again() ? RETRY_AFTER : null));
            call.close(code.toStatus().withDescription(answer.message()), trailers);
        }
    }

    /// Reads a message in the context of its call, with room for what it is unpacked.
    private static final class Arriving implements MethodDescriptor.Marshaller<Arrived> {
        @Override
        public InputStream stream(Arrived message) {
            return new ByteArrayInputStream(
                    message.body().bytes(), 0, message.body().length());
        }

        @Override
        public Arrived parse(InputStream in) {
            try {
                final Admission.Room room = CallRoom.current().room();
                return new Arrived(
                        in instanceof KnownLength // not packed, and all of it here
                                ? Unpacking.arrived(in, room)
                                : Unpacking.all(in, Integer.MAX_VALUE - 8, -1, room),
                        null);
            } catch (RefusedException refused) {
                return new Arrived(null, refused);
            } catch (StatusRuntimeException refused) {
                // gRPC's own limit of what a message may be unpacked.
                return new Arrived(
                        null,
                        new RefusedException(
                                Refusal.TOO_LARGE, refused.getStatus().getDescription()));
            } catch (IOException damaged) {
                return new Arrived(
                        null, new RefusedException(Refusal.MALFORMED, "cannot unpack the message: cause=" + damaged));
            }
        }
    }

    private static final class Leaving implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream in) {
            try {
                return in.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
