package io.seriatim.tools.ingest;

import io.seriatim.wal.SeriesHandle;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;

/// Takes series and samples out of the records of Prometheus' log, big-endian:
///
/// ```
/// series:  u8 1 | (u64 ref | uvarint labels | labels * (uvarint n, name, uvarint n, value))*
/// samples: u8 2 | u64 firstRef | i64 firstTime | (varint ref - firstRef | varint time - firstTime | f64)*
/// ```
///
/// Times are milliseconds. References are kept for the whole log: each is defined once.
final class PrometheusRecords {
    private static final int SERIES = 1;
    private static final int SAMPLES = 2;
    private static final int MOST_LABELS = 256;

    private final Session session;
    private final TimeScale scale;
    private final Long2ObjectHashMap<SeriesHandle> series = new Long2ObjectHashMap<>();
    private String log = "";

    PrometheusRecords(Session session) {
        this.session = session;
        this.scale = session.options().scale(TimeUnit.MILLISECONDS);
    }

    /// Says which log the next records are of.
    void belongTo(String log) {
        if (!this.log.equals(log)) {
            series.clear();
            this.log = log;
        }
    }

    void take(byte[] record, int length, long offset) {
        if (length == 0) {
            session.rejectAt(offset, "record without a type");
            return;
        }
        final int type = Byte.toUnsignedInt(record[0]);
        final ByteBuffer rest = ByteBuffer.wrap(record, 1, length - 1);
        final long roundedBefore = scale.rounded();
        try {
            switch (type) {
                case SERIES -> series(rest, offset);
                case SAMPLES -> samples(rest, offset);
                default -> leaveOut(type);
            }
        } catch (BufferUnderflowException _) {
            session.rejectAt(
                    offset,
                    "record ends within a " + (type == SERIES ? "series" : "sample")
                            + " (what comes before it was taken)");
        }
        session.countRounded(scale.rounded() - roundedBefore);
    }

    private void leaveOut(int type) {
        final LeftOut leftOut = session.leftOut();
        switch (type) {
            case 3 -> leftOut.note("tombstone record");
            case 4 -> leftOut.note("exemplar record");
            case 5 -> leftOut.note("mmap marker record");
            case 6 -> leftOut.note("metadata record");
            case 7 -> leftOut.data("histogram record");
            case 8 -> leftOut.data("float histogram record");
            case 9 -> leftOut.data("custom bucket histogram record");
            case 10 -> leftOut.data("custom bucket float histogram record");
            default -> leftOut.data("record of unknown type " + type);
        }
    }

    private void series(ByteBuffer from, long offset) {
        while (from.hasRemaining()) {
            final long ref = from.getLong();
            final long labels = unsigned(from);
            if (labels < 1 || labels > MOST_LABELS) {
                session.rejectAt(
                        offset,
                        "series with so many labels cannot be: ref=" + ref + " labels=" + Long.toUnsignedString(labels)
                                + " (the rest of the record is passed over)");
                return;
            }
            final byte[][] parts = new byte[2 * (int) labels][];
            for (int i = 0; i < parts.length; i++) {
                final long length = unsigned(from);
                if (length < 0 || length > from.remaining()) {
                    throw new BufferUnderflowException();
                }
                parts[i] = new byte[(int) length];
                from.get(parts[i]);
            }
            try {
                series.put(ref, session.series(parts));
            } catch (IllegalArgumentException failure) {
                session.rejectAt(offset, "series " + ref + ": " + failure.getMessage());
            }
        }
    }

    private void samples(ByteBuffer from, long offset) {
        if (!from.hasRemaining()) {
            return;
        }
        final long firstRef = from.getLong();
        final long firstTime = from.getLong();
        long unknown = 0;
        long unknownRef = 0;
        long unsaid = 0;
        while (from.hasRemaining()) {
            final long ref = firstRef + signed(from);
            final long time = firstTime + signed(from);
            final double value = Double.longBitsToDouble(from.getLong());
            final SeriesHandle handle = series.get(ref);
            if (handle == null) {
                unknown++;
                unknownRef = ref;
            } else if (scale.convert(time)) {
                session.appender().add(handle, scale.timestamp(), value);
            } else {
                unsaid++;
            }
        }
        if (unknown > 0) {
            session.rejectAt(
                    offset,
                    unknown + " samples of series that no record before defines, the last: ref=" + unknownRef
                            + " (name the whole directory, not one segment)");
        }
        if (unsaid > 0) {
            session.rejectAt(offset, unsaid + " samples: " + scale.refusal());
        }
    }

    private static long unsigned(ByteBuffer from) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            final byte next = from.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new BufferUnderflowException(); // no number is that long
    }

    private static long signed(ByteBuffer from) {
        final long number = unsigned(from);
        return number >>> 1 ^ -(number & 1);
    }
}
