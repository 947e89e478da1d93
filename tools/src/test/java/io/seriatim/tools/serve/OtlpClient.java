package io.seriatim.tools.serve;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A client of OTLP over gRPC that can also send what no client would.
final class OtlpClient {
    private static final MethodDescriptor<byte[], byte[]> EXPORT = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("opentelemetry.proto.collector.metrics.v1.MetricsService/Export")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private OtlpClient() {}

    static byte[] gauge(String name, long time, double value) {
        final NumberDataPoint.Builder point =
                NumberDataPoint.newBuilder().setTimeUnixNano(time).setAsDouble(value);
        final Metric.Builder metric =
                Metric.newBuilder().setName(name).setGauge(Gauge.newBuilder().addDataPoints(point));
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(metric)))
                .build()
                .toByteArray();
    }

    /// Sends one message, and ends the channel.
    ///
    /// @param compressor  its name, or null
    /// @param trailersOut is given the trailers, or null
    static Status export(ManagedChannel channel, byte[] message, String compressor, Metadata trailersOut)
            throws Exception {
        try {
            final ClientCall<byte[], byte[]> call = channel.newCall(
                    EXPORT,
                    CallOptions.DEFAULT
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .withCompression(compressor == null ? "identity" : compressor));
            final CompletableFuture<Status> ended = new CompletableFuture<>();
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            if (trailersOut != null) {
                                trailersOut.merge(trailers);
                            }
                            ended.complete(status);
                        }
                    },
                    new Metadata());
            call.request(2);
            call.sendMessage(message);
            call.halfClose();
            return ended.get(60, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
