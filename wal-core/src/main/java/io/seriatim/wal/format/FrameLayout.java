package io.seriatim.wal.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// One frame in a segment, version 1. Little-endian, starting at a multiple of 8.
///
/// ```
///      0               4               8               12              16
///     +---------------+---------------+-------+-------+---------------+
///   0 |    length     |     crc       | type  |  aux  |     word      |   every frame but the pad of 8 bytes
///     +---------------+---------------+-------+-------+---------------+
///  16 |  payload, by type                                          ...
/// ```
///
/// * `length` is the commit word: 0 never written, negative claimed (its amount is the claim's), positive
///   committed. It counts from its own offset to the end of the payload; the frame takes up that rounded up to 8,
///   the rest zeros. It is stored last, with release: who acquires a positive length sees the whole frame.
/// * `crc` is the CRC32C of bytes 8 to the rounded end, xor [FrameSeed] of log, shard, epoch, position and length.
///   Of a pad only the header is covered, its body is anything.
/// * `type` is a byte, `aux` three; what `aux` and `word` mean depends on the type.
///
/// Release orders what readers in memory see, not which pages reach the disk first. After a crash only `crc` says
/// whether a frame is whole.
public final class FrameLayout {
    /// Frames start at multiples of this, in bytes.
    public static final int ALIGNMENT = 8;

    /// Offset of the commit word.
    public static final int LENGTH_OFFSET = 0;
    /// Offset of the checksum.
    public static final int CRC_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    /// Offset of the int that holds type (low byte) and aux.
    public static final int TYPE_OFFSET = CRC_OFFSET + Integer.BYTES;
    /// Offset of the int whose meaning depends on the type.
    public static final int WORD_OFFSET = TYPE_OFFSET + Integer.BYTES;
    /// Offset of the payload: the length of a frame's header.
    public static final int PAYLOAD_OFFSET = WORD_OFFSET + Integer.BYTES;

    /// A pad without a header: length and checksum only.
    public static final int SHORT_PAD_LENGTH = TYPE_OFFSET;

    /// Nothing: fills the end of a segment, or a claim that its producer gave up.
    public static final int PAD = 1;
    /// One sample of a series defined earlier in the segment.
    public static final int SAMPLE = 2;
    /// Samples of one or more series, with definitions where needed.
    public static final int SAMPLES = 3;
    /// Opaque bytes of the user.
    public static final int RECORD = 4;
    /// A flush mark: what the log asserts to be durable.
    public static final int MARK = 5;
    /// What was found when the log was opened: the first frame of every epoch.
    public static final int VERDICT = 6;
    /// A histogram of a series.
    public static final int HISTOGRAM = 7;
    /// An exemplar of a series.
    public static final int EXEMPLAR = 8;
    /// What is known about a series.
    public static final int METADATA = 9;

    /// SAMPLE: offset of the timestamp; `word` is the reference.
    public static final int SAMPLE_TIMESTAMP_OFFSET = PAYLOAD_OFFSET;
    /// SAMPLE: offset of the value's bits.
    public static final int SAMPLE_VALUE_OFFSET = SAMPLE_TIMESTAMP_OFFSET + Long.BYTES;
    /// SAMPLE: its length.
    public static final int SAMPLE_LENGTH = SAMPLE_VALUE_OFFSET + Long.BYTES;

    /// SAMPLES: offset of the smallest timestamp; `word` is the number of samples, `aux` that of definitions.
    public static final int SAMPLES_MIN_OFFSET = PAYLOAD_OFFSET;
    /// SAMPLES: offset of the largest timestamp.
    public static final int SAMPLES_MAX_OFFSET = SAMPLES_MIN_OFFSET + Long.BYTES;
    /// SAMPLES: offset of the first group.
    public static final int SAMPLES_GROUPS_OFFSET = SAMPLES_MAX_OFFSET + Long.BYTES;

    /// RECORD: offset of the bytes; `word` is the user's kind.
    public static final int RECORD_BYTES_OFFSET = PAYLOAD_OFFSET;

    /// HISTOGRAM, EXEMPLAR, METADATA, together called details: offset of the timestamp; `word` is the reference,
    /// `aux` the length of the series' labels, which end the frame; 0 if the segment defines them before.
    public static final int DETAIL_TIMESTAMP_OFFSET = PAYLOAD_OFFSET;
    /// Details: offset of what depends on the type.
    public static final int DETAIL_BODY_OFFSET = DETAIL_TIMESTAMP_OFFSET + Long.BYTES;

    private static final VarHandle LENGTH =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private static final VarHandle HEADER =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private FrameLayout() {}

    /// Compare a length that was read with the bytes that are there before: close to 2^31 the result is negative.
    ///
    /// @return `length` rounded up to the next frame boundary, in bytes
    public static int align(int length) {
        return length + (ALIGNMENT - 1) & -ALIGNMENT;
    }

    /// Acquires the commit word: if it is positive, the whole frame is visible.
    public static int lengthAcquire(MemorySegment segment, long offset) {
        return (int) LENGTH.getAcquire(segment, offset);
    }

    /// Marks a claim of `length` bytes, before anything else is stored in it.
    public static void claimOpaque(MemorySegment segment, long offset, int length) {
        LENGTH.setOpaque(segment, offset, -length);
    }

    /// The same with the frame's checksum, in one store.
    public static void claimOpaque(MemorySegment segment, long offset, int length, int crc) {
        HEADER.setOpaque(segment, offset, (long) crc << Integer.SIZE | -length & 0xffff_ffffL);
    }

    /// Publishes a frame. Nothing may be stored to it afterwards.
    public static void lengthRelease(MemorySegment segment, long offset, int length) {
        LENGTH.setRelease(segment, offset, length);
    }

    /// @return type and aux as stored at [#TYPE_OFFSET]
    public static int typeWord(int type, int aux) {
        return type | aux << 8;
    }

    /// @return the type in a type word
    public static int type(int typeWord) {
        return typeWord & 0xff;
    }

    /// @return the aux in a type word, 0 to 2^24 - 1
    public static int aux(int typeWord) {
        return typeWord >>> 8;
    }
}
