package io.seriatim.wal.format;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;

/// Takes a HISTOGRAM, EXEMPLAR or METADATA frame apart. Not thread-safe; reused. Trusts nothing. A histogram
/// allocates nothing once the longest has been seen; the others allocate their own labels.
public final class DetailDecoder {
    private final HistogramCodec codec = new HistogramCodec();
    private final Histogram histogram = new Histogram();
    private int ref;
    private long timestamp;
    private int labelsOffset;
    private int labelsLength;
    private long valueBits;
    private Labels own;

    /// Holds nothing yet.
    public DetailDecoder() {}

    /// @param type one of [FrameLayout#HISTOGRAM], [FrameLayout#EXEMPLAR], [FrameLayout#METADATA]
    /// @throws MalformedFrameException if a rule is broken; the series' labels have not been looked at
    public void frame(int type, byte[] source, int offset, int length) throws MalformedFrameException {
        labelsLength = FrameLayout.aux(Bytes.getInt(source, offset + FrameLayout.TYPE_OFFSET));
        final int body = offset + FrameLayout.DETAIL_BODY_OFFSET;
        if (labelsLength > length - FrameLayout.DETAIL_BODY_OFFSET) {
            throw new MalformedFrameException(
                    "labels exceed the frame: length=" + length + " labelsLength=" + labelsLength);
        }
        labelsOffset = offset + length - labelsLength;
        ref = Bytes.getInt(source, offset + FrameLayout.WORD_OFFSET);
        if (ref < 0) {
            throw new MalformedFrameException("reference out of range: ref=" + ref);
        }
        timestamp = Bytes.getLong(source, offset + FrameLayout.DETAIL_TIMESTAMP_OFFSET);
        switch (type) {
            case FrameLayout.HISTOGRAM -> codec.decode(source, body, labelsOffset, timestamp, histogram);
            case FrameLayout.EXEMPLAR -> {
                if (labelsOffset - body < Double.BYTES) {
                    throw new MalformedFrameException("exemplar without a value: length=" + length);
                }
                valueBits = Bytes.getLong(source, body);
                own = labelsOffset - body == Double.BYTES ? null : own(source, body + Double.BYTES);
            }
            case FrameLayout.METADATA -> own = own(source, body);
            default -> throw new IllegalArgumentException("not a detail: type=" + type);
        }
    }

    private Labels own(byte[] source, int from) throws MalformedFrameException {
        try {
            return Labels.decode(source, from, labelsOffset - from);
        } catch (IllegalArgumentException failure) {
            throw new MalformedFrameException("bad labels of an exemplar, or bad metadata: " + failure.getMessage());
        }
    }

    /// @return the reference of the series
    public int ref() {
        return ref;
    }

    /// @return the timestamp
    public long timestamp() {
        return timestamp;
    }

    /// @return the length of the series' labels, 0 if they are defined elsewhere in the segment
    public int labelsLength() {
        return labelsLength;
    }

    /// @return where the series' labels start in the source array
    public int labelsOffset() {
        return labelsOffset;
    }

    /// @return the histogram of a HISTOGRAM frame, until the next one
    public Histogram histogram() {
        return histogram;
    }

    /// @return the value of an EXEMPLAR frame
    public long valueBits() {
        return valueBits;
    }

    /// @return the exemplar's own labels, or null; or what a METADATA frame says
    public Labels own() {
        return own;
    }
}
