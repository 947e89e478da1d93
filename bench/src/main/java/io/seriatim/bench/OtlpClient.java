package io.seriatim.bench;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A client of OTLP over gRPC with a connection of its own, that hands over bytes as they are: no classes, no
/// compression. It sends a request and waits for the answer, as an exporter does. Not thread-safe.
final class OtlpClient implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 30;
    private static final MethodDescriptor<byte[], byte[]> EXPORT = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("opentelemetry.proto.collector.metrics.v1.MetricsService/Export")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final ManagedChannel channel;

    OtlpClient(int port) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .build();
    }

    /// Sends a request and waits until it is durable.
    ///
    /// @throws IllegalStateException if it was not taken as a whole
    void export(byte[] request) throws InterruptedException {
        final ClientCall<byte[], byte[]> call =
                channel.newCall(EXPORT, CallOptions.DEFAULT.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        final Answer answer = new Answer();
        call.start(answer, new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
        answer.ended.await();
        if (!answer.status.isOk() || answer.messageBytes != 0) {
            // An answer that is not empty says that some of it was refused.
            throw new IllegalStateException(
                    "not taken: status=" + answer.status + " answerBytes=" + answer.messageBytes);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class Answer extends ClientCall.Listener<byte[]> {
        private final CountDownLatch ended = new CountDownLatch(1);
        private int messageBytes = -1;
        private Status status;

        @Override
        public void onMessage(byte[] message) {
            messageBytes = message.length;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            this.status = status;
            ended.countDown();
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
