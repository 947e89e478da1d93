package io.seriatim.wal.format;

import java.util.Arrays;
import java.util.zip.CRC32C;

/// Whole frames for the tests: commit word and checksum included. Kept apart from the writer of the log, so that
/// the two check each other.
final class Frames {
    private Frames() {}

    /// Finishes the frame of `length` bytes that the encoder holds.
    ///
    /// @return its bytes up to the next frame
    static byte[] finish(SamplesEncoder encoder, int length, long seed, long position) {
        final byte[] frame = Arrays.copyOf(encoder.buffer(), FrameLayout.align(length));
        return signed(frame, length, seed, position);
    }

    /// @return a SAMPLE frame
    static byte[] sample(int ref, long timestamp, long valueBits, long seed, long position) {
        final byte[] frame = new byte[FrameLayout.SAMPLE_LENGTH];
        Bytes.putInt(frame, FrameLayout.TYPE_OFFSET, FrameLayout.SAMPLE);
        Bytes.putInt(frame, FrameLayout.WORD_OFFSET, ref);
        Bytes.putLong(frame, FrameLayout.SAMPLE_TIMESTAMP_OFFSET, timestamp);
        Bytes.putLong(frame, FrameLayout.SAMPLE_VALUE_OFFSET, valueBits);
        return signed(frame, frame.length, seed, position);
    }

    /// @return a PAD frame of `length` bytes, whose body, if it has one, is anything
    static byte[] pad(int length, long seed, long position) {
        final byte[] frame = new byte[length];
        if (length > FrameLayout.SHORT_PAD_LENGTH) {
            Bytes.putInt(frame, FrameLayout.TYPE_OFFSET, FrameLayout.PAD);
            Arrays.fill(frame, FrameLayout.PAYLOAD_OFFSET, length, (byte) 0xa5);
        }
        return signed(frame, length, seed, position);
    }

    private static byte[] signed(byte[] frame, int length, long seed, long position) {
        Bytes.putInt(frame, FrameLayout.LENGTH_OFFSET, length);
        Bytes.putInt(frame, FrameLayout.CRC_OFFSET, crc(frame, 0, length) ^ FrameSeed.at(seed, position, length));
        return frame;
    }

    /// @return true if a frame starts at `offset` whose checksum is right
    static boolean isValid(byte[] segment, int offset, long seed, long base) {
        final int length = Bytes.getInt(segment, offset);
        if (length < FrameLayout.PAYLOAD_OFFSET && length != FrameLayout.SHORT_PAD_LENGTH
                || length > segment.length - offset
                || FrameLayout.align(length) > segment.length - offset) {
            return false;
        }
        return Bytes.getInt(segment, offset + FrameLayout.CRC_OFFSET)
                == (crc(segment, offset, length) ^ FrameSeed.at(seed, base + offset, length));
    }

    private static int crc(byte[] source, int offset, int length) {
        final boolean pad = length > FrameLayout.SHORT_PAD_LENGTH
                && FrameLayout.type(Bytes.getInt(source, offset + FrameLayout.TYPE_OFFSET)) == FrameLayout.PAD;
        final int end = pad ? FrameLayout.PAYLOAD_OFFSET : FrameLayout.align(length);
        final CRC32C crc = new CRC32C();
        crc.update(source, offset + FrameLayout.TYPE_OFFSET, end - FrameLayout.TYPE_OFFSET);
        return (int) crc.getValue();
    }
}
