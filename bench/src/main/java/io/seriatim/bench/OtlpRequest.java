package io.seriatim.bench;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/// An OTLP request that was encoded before the clock started: only the time and the value of each point are written
/// anew before it is sent again, in place. One gauge, one point a series, 40 attributes a point. Not thread-safe.
///
/// ```
/// request 1: resource metrics | 1: resource, 2: scope metrics | 2: metric | 1: name, 5: gauge | 1: points
/// point   3: fixed64 time | 4: double value | 7: attribute, 40 times
/// ```
final class OtlpRequest {
    /// As many as the ancestor's benchmark has.
    static final int ATTRIBUTES = 40;

    /// So many of them tell one series from another; the others are the same for all, as in the field.
    private static final int OWN_ATTRIBUTES = 4;

    /// At a point's begin: the tag of the time, the time, the tag of the value, the value.
    private static final int TIME_AT = 1;

    private static final int VALUE_AT = TIME_AT + Long.BYTES + 1;

    private static final int VARINT_BITS = 7;
    private static final int BYTES_TYPE = 2;
    private static final int FIXED64_TYPE = 1;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private final byte[] bytes;
    private final int[] points;
    private final Random random;

    private OtlpRequest(byte[] bytes, int[] points, int seed) {
        this.bytes = bytes;
        this.points = points;
        this.random = new Random(seed);
    }

    /// @param firstSeries the first of those that it has a point of each
    static OtlpRequest of(int firstSeries, int points) {
        final ByteArrayOutputStream gauge = new ByteArrayOutputStream();
        final int[] at = new int[points];
        for (int i = 0; i < points; i++) {
            final byte[] point = point(firstSeries + i);
            put(gauge, 1, point);
            at[i] = gauge.size() - point.length;
        }
        final ByteArrayOutputStream metric = new ByteArrayOutputStream();
        put(metric, 1, utf8("otel.write.perf.bench"));
        put(metric, 5, gauge.toByteArray());
        final byte[] scope = message(2, metric.toByteArray());
        final ByteArrayOutputStream resource = new ByteArrayOutputStream();
        put(resource, 1, message(1, attribute("service.name", "bench")));
        put(resource, 2, scope);
        final byte[] request = message(1, resource.toByteArray());
        // All that is around the points ends where they end.
        final int shift = request.length - gauge.size();
        for (int i = 0; i < points; i++) {
            at[i] += shift;
        }
        return new OtlpRequest(request, at, firstSeries);
    }

    private static byte[] point(int series) {
        final ByteArrayOutputStream point = new ByteArrayOutputStream();
        for (int field = 3; field <= 4; field++) {
            point.write(field << 3 | FIXED64_TYPE);
            point.writeBytes(new byte[Long.BYTES]);
        }
        for (int i = 0; i < ATTRIBUTES; i++) {
            final int value = i < OWN_ATTRIBUTES ? series : i;
            put(
                    point,
                    7,
                    attribute(
                            String.format(Locale.ROOT, "attribute.key.%02d", i),
                            String.format(Locale.ROOT, "value-%07d", value)));
        }
        return point.toByteArray();
    }

    private static byte[] attribute(String key, String value) {
        final ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        put(attribute, 1, utf8(key));
        put(attribute, 2, message(1, utf8(value)));
        return attribute.toByteArray();
    }

    private static byte[] message(int field, byte[] content) {
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        put(message, field, content);
        return message.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, int field, byte[] content) {
        out.write(field << 3 | BYTES_TYPE);
        int length = content.length;
        while (length >>> VARINT_BITS != 0) {
            out.write(length | 1 << VARINT_BITS);
            length >>>= VARINT_BITS;
        }
        out.write(length);
        out.writeBytes(content);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Gives every point this time and another value.
    ///
    /// @return the request, until the next call
    byte[] at(long timeNs) {
        for (final int point : points) {
            LONG.set(bytes, point + TIME_AT, timeNs);
            LONG.set(bytes, point + VALUE_AT, Double.doubleToRawLongBits(100 * random.nextDouble()));
        }
        return bytes;
    }

    int points() {
        return points.length;
    }

    int length() {
        return bytes.length;
    }
}
