package io.seriatim.wal.format;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Builds one frame at a time in its own array, checksum of the body included. Not thread-safe; reused.
///
/// A SAMPLES frame is a sequence of groups, each the samples of one series in the order of the append:
///
/// ```
/// key       varint   zigzag(ref - previous ref - 1) * 4 + MANY + DEFINES; the previous ref of the first is -1
/// count     varint   only with MANY; 0, or 2 and more
/// labels    varint   length, then the encoding of Labels; only with DEFINES
/// samples   count x { varint zigzag(timestamp - previous timestamp), 8 bytes of value }; the previous of the first
/// is min
/// ```
///
/// So a scrape, whose series follow one another and share a timestamp, takes 10 bytes a sample. Differences wrap
/// modulo 2^64, so that every timestamp is exact. Varints are base 128, low groups first, shortest form, at most
/// 10 bytes.
public final class SamplesEncoder {
    /// Key bit: the group carries its labels.
    public static final int DEFINES = 1;
    /// Key bit: the number of samples is not one, and follows.
    public static final int MANY = 2;

    private static final int MAX_VARINT_BYTES = 10;
    private static final int MAX_SAMPLE_BYTES = MAX_VARINT_BYTES + Long.BYTES;
    private static final int INITIAL_BYTES = 1024;

    private final CRC32C crc = new CRC32C();
    private final HistogramCodec histograms = new HistogramCodec();
    private byte[] buffer = new byte[INITIAL_BYTES];
    private int at;
    private int limit;
    private int samples;
    private int definitions;
    private int previousRef;
    private long previousTimestamp;
    private int detail;
    private int detailEnd;

    /// Starts a SAMPLES frame.
    ///
    /// @param min   the smallest timestamp to come, `Long.MAX_VALUE` if there are no samples
    /// @param max   the largest, `Long.MIN_VALUE` if there are none
    /// @param limit the longest frame allowed, in bytes
    public void begin(long min, long max, int limit) {
        this.limit = limit;
        samples = 0;
        definitions = 0;
        previousRef = -1;
        previousTimestamp = min;
        at = FrameLayout.SAMPLES_GROUPS_OFFSET;
        Bytes.putLong(buffer, FrameLayout.SAMPLES_MIN_OFFSET, min);
        Bytes.putLong(buffer, FrameLayout.SAMPLES_MAX_OFFSET, max);
    }

    /// Starts a group; exactly `count` samples must follow.
    ///
    /// @param labels the definition, or null if the segment has it already
    /// @throws IllegalArgumentException if the frame becomes longer than allowed
    public void group(int ref, Labels labels, int count) {
        ensure(3 * MAX_VARINT_BYTES + (labels == null ? 0 : labels.encodedLength()));
        final int flags = (labels == null ? 0 : DEFINES) | (count == 1 ? 0 : MANY);
        at = putVarint(buffer, at, zigzag((long) ref - previousRef - 1) << 2 | flags);
        if (count != 1) {
            at = putVarint(buffer, at, count);
        }
        if (labels != null) {
            at = putVarint(buffer, at, labels.encodedLength());
            labels.copyEncodedTo(buffer, at);
            at += labels.encodedLength();
            definitions++;
        }
        previousRef = ref;
    }

    /// Adds one sample to the group.
    ///
    /// @throws IllegalArgumentException if the frame becomes longer than allowed
    public void sample(long timestamp, long valueBits) {
        ensure(MAX_SAMPLE_BYTES);
        final long delta = timestamp - previousTimestamp;
        if (delta == 0) {
            buffer[at++] = 0;
        } else {
            at = putVarint(buffer, at, zigzag(delta));
        }
        Bytes.putLong(buffer, at, valueBits);
        at += Long.BYTES;
        previousTimestamp = timestamp;
        samples++;
    }

    /// Ends a SAMPLES frame.
    ///
    /// @return its length in bytes
    /// @throws IllegalArgumentException if it is longer than allowed
    public int end() {
        Bytes.putInt(buffer, FrameLayout.WORD_OFFSET, samples);
        return finish(FrameLayout.SAMPLES, definitions);
    }

    /// Builds a RECORD frame around bytes that the caller copies to [#buffer()] at
    /// [FrameLayout#RECORD_BYTES_OFFSET], between this call and [#endRecord].
    ///
    /// @throws IllegalArgumentException if the frame becomes longer than allowed
    public void beginRecord(int kind, int length, int limit) {
        this.limit = limit;
        at = FrameLayout.RECORD_BYTES_OFFSET;
        final long aligned = (at + (long) length + FrameLayout.ALIGNMENT - 1) & -FrameLayout.ALIGNMENT;
        if (aligned > limit) {
            throw tooLong(aligned);
        }
        ensure(length);
        Bytes.putInt(buffer, FrameLayout.WORD_OFFSET, kind);
        at += length;
    }

    /// @return where in [#buffer()] a record's bytes go
    public int recordOffset() {
        return FrameLayout.RECORD_BYTES_OFFSET;
    }

    /// Ends a RECORD frame.
    ///
    /// @return its length in bytes
    public int endRecord() {
        return finish(FrameLayout.RECORD, 0);
    }

    /// Starts a detail; one of [#histogram], [#exemplar] and [#metadata] must follow, then [#endDetail].
    ///
    /// @param limit the longest frame allowed, in bytes
    public void beginDetail(int ref, long timestamp, int limit) {
        this.limit = limit;
        at = FrameLayout.DETAIL_BODY_OFFSET;
        Bytes.putInt(buffer, FrameLayout.WORD_OFFSET, ref);
        Bytes.putLong(buffer, FrameLayout.DETAIL_TIMESTAMP_OFFSET, timestamp);
    }

    /// Makes the detail a histogram.
    ///
    /// @throws IllegalArgumentException if the frame becomes longer than allowed, or the histogram has bounds or
    ///                                  buckets that its kind has not
    public void histogram(Histogram histogram) {
        if (HistogramCodec.leastBytes(histogram) > limit) {
            throw tooLong(HistogramCodec.leastBytes(histogram));
        }
        detail = FrameLayout.HISTOGRAM;
        final long timestamp = Bytes.getLong(buffer, FrameLayout.DETAIL_TIMESTAMP_OFFSET);
        ensure(histograms.length(histogram, timestamp));
        at = histograms.encode(histogram, timestamp, buffer, at);
        detailEnd = at;
    }

    /// Makes the detail an exemplar.
    ///
    /// @param labels the exemplar's own, or null
    public void exemplar(long valueBits, Labels labels) {
        detail = FrameLayout.EXEMPLAR;
        ensure(Long.BYTES);
        Bytes.putLong(buffer, at, valueBits);
        at += Long.BYTES;
        if (labels != null) {
            putLabels(labels);
        }
        detailEnd = at;
    }

    /// Makes the detail metadata.
    public void metadata(Labels attributes) {
        detail = FrameLayout.METADATA;
        putLabels(attributes);
        detailEnd = at;
    }

    /// Ends a detail; can be called again, to end it otherwise.
    ///
    /// @param labels of the series, or null if the segment defines them
    /// @return its length in bytes
    /// @throws IllegalArgumentException if it is longer than allowed
    public int endDetail(Labels labels) {
        at = detailEnd;
        if (labels != null) {
            putLabels(labels);
        }
        return finish(detail, at - detailEnd);
    }

    private void putLabels(Labels labels) {
        ensure(labels.encodedLength());
        labels.copyEncodedTo(buffer, at);
        at += labels.encodedLength();
    }

    /// Builds a frame of plain 64-bit fields: marks and verdicts.
    ///
    /// @return its length in bytes
    public int fields(int type, int aux, int word, long[] fields, int count) {
        limit = Integer.MAX_VALUE;
        at = FrameLayout.PAYLOAD_OFFSET;
        ensure(count * Long.BYTES);
        Bytes.putInt(buffer, FrameLayout.WORD_OFFSET, word);
        for (int i = 0; i < count; i++) {
            Bytes.putLong(buffer, at, fields[i]);
            at += Long.BYTES;
        }
        return finish(type, aux);
    }

    private int finish(int type, int aux) {
        final int length = at;
        final int aligned = FrameLayout.align(length);
        if (aligned > limit) {
            throw tooLong(aligned);
        }
        for (int i = length; i < aligned; i++) {
            buffer[i] = 0;
        }
        Bytes.putInt(buffer, FrameLayout.TYPE_OFFSET, FrameLayout.typeWord(type, aux));
        crc.reset();
        crc.update(buffer, FrameLayout.TYPE_OFFSET, aligned - FrameLayout.TYPE_OFFSET);
        return length;
    }

    /// @return the array that holds the frame from offset 0 on, commit word and checksum not yet set
    public byte[] buffer() {
        return buffer;
    }

    /// @return the CRC32C of the finished frame, without seed
    public int bodyCrc() {
        return (int) crc.getValue();
    }

    private void ensure(int bytes) {
        final long wanted = (long) at + bytes + FrameLayout.ALIGNMENT;
        if (wanted > buffer.length) {
            grow(wanted);
        }
    }

    private void grow(long wanted) {
        // A worst-case estimate may pass the limit where the frame itself will not, hence the slack.
        if (at > limit || wanted - 8 * MAX_VARINT_BYTES > limit) {
            throw tooLong(wanted);
        }
        buffer = Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(wanted, 2L * buffer.length)));
    }

    private IllegalArgumentException tooLong(long bytes) {
        return new IllegalArgumentException(
                "record too long: frameBytes=" + bytes + " limit=" + limit + " (append it in parts)");
    }

    /// @return a small unsigned number for a number near zero
    public static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    /// @return the inverse of [#zigzag]
    public static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    /// @return bytes that a varint takes, of a number without a sign
    static int varintLength(long value) {
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    static int putVarint(byte[] target, int offset, long value) {
        int at = offset;
        long rest = value;
        while ((rest & ~127L) != 0) {
            target[at++] = (byte) (rest | 128);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }
}
