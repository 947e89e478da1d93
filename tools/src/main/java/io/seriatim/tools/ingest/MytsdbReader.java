package io.seriatim.tools.ingest;

import io.seriatim.wal.SeriesHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads logs of the ancestor. They are little-endian, without header and checksum, entry behind entry:
///
/// ```
/// u32 length | u32 labelCount | labelCount * (u32 n, name, u32 n, value) | u32 sampleCount | sampleCount * (i64, f64)
/// ```
///
/// So damage shows only where counts and lengths contradict each other. Then the entry is refused; the next one is
/// where
/// its length says.
final class MytsdbReader implements Reader {
    /// The longest entry, which is held in memory. The ancestor wrote some kilobytes.
    private static final int LONGEST = 64 * 1024 * 1024;

    private static final int SAMPLE_BYTES = Long.BYTES + Double.BYTES;
    private static final int MOST_LABELS = 256;

    private final Session session;
    private final TimeScale scale;
    private final byte[] head = new byte[Integer.BYTES];
    private byte[] entry = new byte[64 * 1024];
    private long[] timestamps = new long[256];
    private double[] values = new double[256];

    MytsdbReader(Session session) {
        this.session = session;
        this.scale = session.options().scale(session.options().logUnit());
    }

    @Override
    public long read(Input input, Source source) throws IOException {
        final long roundedBefore = scale.rounded();
        long entries = 0;
        for (; ; entries++) {
            session.progress();
            final long offset = input.bytes();
            final int headLength = input.readFully(head, 0, head.length);
            if (headLength == 0) {
                break;
            }
            final long length = Integer.toUnsignedLong(
                    ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt());
            if (headLength == head.length && length > LONGEST) {
                session.rejectAt(
                        offset, "entry of " + length + " bytes: no length; what follows it cannot be found any more");
                break;
            }
            if (headLength < head.length || readEntry(input, (int) length) < length) {
                session.tornAt(offset, "entry ends beyond the file: length=" + length);
                break;
            }
            final String reason = take(ByteBuffer.wrap(entry, 0, (int) length).order(ByteOrder.LITTLE_ENDIAN));
            if (reason != null) {
                session.rejectAt(offset, reason);
            }
        }
        session.countRounded(scale.rounded() - roundedBefore);
        return entries;
    }

    /// Nothing is sized from a length that the input does not back with bytes.
    private int readEntry(Input input, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (done == entry.length) {
                entry = java.util.Arrays.copyOf(entry, Math.min(LONGEST, 2 * done));
            }
            final int read = input.readFully(entry, done, Math.min(length, entry.length) - done);
            if (read == 0) {
                break;
            }
            done += read;
        }
        return done;
    }

    /// @return why it cannot be taken, or null
    private String take(ByteBuffer from) {
        if (from.remaining() < Integer.BYTES) {
            return "entry too short for labels";
        }
        final int labels = from.getInt();
        if (labels < 1 || labels > MOST_LABELS) {
            return "label count out of range [1, " + MOST_LABELS + "]: count=" + Integer.toUnsignedString(labels);
        }
        final byte[][] parts = new byte[2 * labels][];
        for (int i = 0; i < parts.length; i++) {
            final int length = from.remaining() < Integer.BYTES ? -1 : from.getInt();
            if (length < 0 || length > from.remaining()) {
                return "label ends beyond its entry";
            }
            parts[i] = new byte[length];
            from.get(parts[i]);
        }
        final long count = from.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(from.getInt());
        if (count * SAMPLE_BYTES != from.remaining()) {
            return "sample count does not match the entry: count=" + count + " bytesLeft=" + from.remaining();
        }
        final SeriesHandle series;
        try {
            series = session.series(parts);
        } catch (IllegalArgumentException failure) {
            return failure.getMessage();
        }
        return samples(series, from, (int) count);
    }

    private String samples(SeriesHandle series, ByteBuffer from, int count) {
        if (timestamps.length < count) {
            timestamps = new long[count];
            values = new double[count];
        }
        int taken = 0;
        for (int i = 0; i < count; i++) {
            final boolean said = scale.convert(from.getLong());
            timestamps[taken] = scale.timestamp();
            values[taken] = Double.longBitsToDouble(from.getLong());
            taken += said ? 1 : 0;
        }
        session.appender().append(series, timestamps, values, taken);
        return taken == count ? null : (count - taken) + " of " + count + " samples: " + scale.refusal();
    }
}
