package io.seriatim.wal.format;

import io.seriatim.wal.Samples;
import java.util.Arrays;

/// Takes a SAMPLES or SAMPLE frame apart, group by group, and is the view of the group's samples. Not thread-safe;
/// reused. Trusts nothing: no array grows beyond what the frame's own bytes can fill.
///
/// Usage: [#samplesFrame] or [#sampleFrame], then [#next()] until it returns false. The totals that the header
/// claims are checked at the end, so pass over a whole frame once ([#check]) before believing its first group.
public final class SamplesDecoder implements Samples {
    private static final int INITIAL_COUNT = 16;
    private static final int MIN_SAMPLE_BYTES = 1 + Long.BYTES;

    private long[] timestamps = new long[INITIAL_COUNT];
    private long[] values = new long[INITIAL_COUNT];
    private int count;
    private long lsn;

    private byte[] source;
    private int at;
    private int end;
    private boolean single;
    private int ref;
    private long previousTimestamp;
    private int labelsOffset;
    private int labelsLength;
    private int encodedBytes;

    private int headerSamples;
    private int headerDefinitions;
    private long headerMin;
    private long headerMax;
    private int samplesSeen;
    private int definitionsSeen;
    private long minSeen;
    private long maxSeen;

    /// Starts with a SAMPLES frame of `length` bytes at `offset`.
    ///
    /// @throws MalformedFrameException if it is too short
    public void samplesFrame(byte[] source, int offset, int length, long lsn) throws MalformedFrameException {
        if (length <= FrameLayout.SAMPLES_GROUPS_OFFSET) {
            throw new MalformedFrameException("SAMPLES frame without a group: length=" + length);
        }
        this.source = source;
        this.lsn = lsn;
        at = offset + FrameLayout.SAMPLES_GROUPS_OFFSET;
        end = offset + length;
        single = false;
        ref = -1;
        headerSamples = Bytes.getInt(source, offset + FrameLayout.WORD_OFFSET);
        headerDefinitions = FrameLayout.aux(Bytes.getInt(source, offset + FrameLayout.TYPE_OFFSET));
        headerMin = Bytes.getLong(source, offset + FrameLayout.SAMPLES_MIN_OFFSET);
        headerMax = Bytes.getLong(source, offset + FrameLayout.SAMPLES_MAX_OFFSET);
        previousTimestamp = headerMin;
        samplesSeen = 0;
        definitionsSeen = 0;
        minSeen = Long.MAX_VALUE;
        maxSeen = Long.MIN_VALUE;
    }

    /// Starts with a SAMPLE frame of `length` bytes at `offset`.
    ///
    /// @throws MalformedFrameException if it has another length, or its reference is negative
    public void sampleFrame(byte[] source, int offset, int length, long lsn) throws MalformedFrameException {
        if (length != FrameLayout.SAMPLE_LENGTH) {
            throw new MalformedFrameException("SAMPLE frame of another length: length=" + length);
        }
        final int aux = FrameLayout.aux(Bytes.getInt(source, offset + FrameLayout.TYPE_OFFSET));
        ref = Bytes.getInt(source, offset + FrameLayout.WORD_OFFSET);
        if (aux != 0 || ref < 0) {
            throw new MalformedFrameException(
                    "SAMPLE frame with aux or reference out of range: aux=" + aux + " ref=" + ref);
        }
        this.lsn = lsn;
        single = true;
        labelsLength = 0;
        encodedBytes = FrameLayout.SAMPLE_LENGTH;
        count = 1;
        timestamps[0] = Bytes.getLong(source, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET);
        values[0] = Bytes.getLong(source, offset + FrameLayout.SAMPLE_VALUE_OFFSET);
        at = 0;
        end = 1;
    }

    /// Goes to the next group.
    ///
    /// @return false if there is none; then the header's totals have been found right
    /// @throws MalformedFrameException if a rule is broken
    public boolean next() throws MalformedFrameException {
        if (single) {
            final boolean first = at < end;
            at = end; // its header claims no totals to check
            return first;
        }
        if (at == end) {
            checkTotals();
            return false;
        }
        group();
        return true;
    }

    /// Passes over all groups that are left.
    ///
    /// @throws MalformedFrameException if a rule is broken anywhere in the frame
    public void check() throws MalformedFrameException {
        while (next()) {
            // The work is in next().
        }
    }

    private void group() throws MalformedFrameException {
        final int start = at;
        final long key = varint("key");
        final long refWide = ref + SamplesEncoder.unzigzag(key >>> 2) + 1;
        if (refWide < 0 || refWide > Integer.MAX_VALUE) {
            throw new MalformedFrameException("reference out of range: ref=" + refWide);
        }
        ref = (int) refWide;
        long count = 1;
        if ((key & SamplesEncoder.MANY) != 0) {
            count = varint("count");
            if (count == 1) {
                throw new MalformedFrameException("count of one written out: ref=" + ref);
            }
        }
        labelsLength = 0;
        if ((key & SamplesEncoder.DEFINES) != 0) {
            final long length = varint("labels");
            if (length < 1 || length > end - at) {
                throw new MalformedFrameException("labels exceed the frame: ref=" + ref + " labelsLength=" + length);
            }
            labelsOffset = at;
            labelsLength = (int) length;
            at += labelsLength;
            definitionsSeen++;
        }
        if (count < 0 || count > (end - at) / MIN_SAMPLE_BYTES) {
            throw new MalformedFrameException("samples exceed the frame: ref=" + ref + " count=" + count);
        }
        samples((int) count);
        encodedBytes = at - start;
    }

    private void samples(int count) throws MalformedFrameException {
        if (count > timestamps.length) {
            timestamps = new long[Math.max(count, 2 * timestamps.length)];
            values = new long[timestamps.length];
        }
        this.count = count;
        samplesSeen += count;
        final byte[] source = this.source;
        long timestamp = previousTimestamp;
        for (int i = 0; i < count; i++) {
            if (end - at < MIN_SAMPLE_BYTES) {
                throw new MalformedFrameException("samples exceed the frame: ref=" + ref + " sample=" + i);
            }
            if (source[at] == 0) {
                at++;
            } else {
                timestamp += SamplesEncoder.unzigzag(varint("timestamp"));
                if (end - at < Long.BYTES) {
                    throw new MalformedFrameException("samples exceed the frame: ref=" + ref + " sample=" + i);
                }
            }
            timestamps[i] = timestamp;
            values[i] = Bytes.getLong(source, at);
            at += Long.BYTES;
            minSeen = Math.min(minSeen, timestamp);
            maxSeen = Math.max(maxSeen, timestamp);
        }
        previousTimestamp = timestamp;
    }

    private long varint(String what) throws MalformedFrameException {
        final byte[] source = this.source;
        long value = 0;
        int at = this.at;
        for (int shift = 0; shift < 64 && at < end; shift += 7) {
            final byte b = source[at++];
            if (b == 0 && shift > 0 || shift == 63 && (b & 0xff) > 1) {
                break;
            }
            value |= (long) (b & 127) << shift;
            if (b >= 0) {
                this.at = at;
                return value;
            }
        }
        throw new MalformedFrameException("bad varint: field=" + what + " ref=" + ref);
    }

    private void checkTotals() throws MalformedFrameException {
        if (samplesSeen != headerSamples || definitionsSeen != headerDefinitions) {
            throw new MalformedFrameException("header's counts are wrong: samples=" + headerSamples + " found="
                    + samplesSeen + " definitions=" + headerDefinitions + " found=" + definitionsSeen);
        }
        if (minSeen != headerMin || maxSeen != headerMax) {
            throw new MalformedFrameException("header's time range is wrong: min=" + headerMin + " found=" + minSeen
                    + " max=" + headerMax + " found=" + maxSeen);
        }
    }

    /// Keeps only the samples of the current group whose timestamps are in the range.
    public void retain(long from, long until) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (timestamps[i] >= from && timestamps[i] <= until) {
                timestamps[kept] = timestamps[i];
                values[kept++] = values[i];
            }
        }
        count = kept;
    }

    /// @return true if the current group is the last; the totals are checked by the next call of [#next()]
    public boolean isLast() {
        return at == end;
    }

    /// @return the reference of the current group's series
    public int ref() {
        return ref;
    }

    /// @return the length of the labels in the current group, 0 if it does not define its series
    public int labelsLength() {
        return labelsLength;
    }

    /// @return where the labels start in the source array
    public int labelsOffset() {
        return labelsOffset;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long timestamp(int index) {
        return timestamps[checkIndex(index)];
    }

    @Override
    public long valueBits(int index) {
        return values[checkIndex(index)];
    }

    private int checkIndex(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("sample out of range: index=" + index + " count=" + count);
        }
        return index;
    }

    @Override
    public long lsn() {
        return lsn;
    }

    @Override
    public int encodedBytes() {
        return encodedBytes;
    }

    @Override
    public String toString() {
        return "Samples[count=" + count + ", timestamps="
                + Arrays.toString(Arrays.copyOf(timestamps, Math.min(count, 8))) + (count > 8 ? "..." : "") + "]";
    }
}
