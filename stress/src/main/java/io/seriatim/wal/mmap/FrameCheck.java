package io.seriatim.wal.mmap;

import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import java.util.zip.CRC32C;

/// Whether a frame in a live segment has the checksum that it must have.
record FrameCheck(LiveSegment segment) {
    boolean isValid(int offset, int length) {
        final boolean isPad = length == FrameLayout.SHORT_PAD_LENGTH
                || FrameLayout.type(LiveBytes.getInt(segment.memory, offset + FrameLayout.TYPE_OFFSET))
                        == FrameLayout.PAD;
        final int covered = isPad ? Math.min(length, FrameLayout.PAYLOAD_OFFSET) : FrameLayout.align(length);
        final byte[] bytes = new byte[covered];
        for (int at = 0; at < covered; at += Integer.BYTES) {
            final int word = LiveBytes.getInt(segment.memory, offset + at);
            for (int i = 0; i < Integer.BYTES; i++) {
                bytes[at + i] = (byte) (word >>> 8 * i);
            }
        }
        final CRC32C crc = new CRC32C();
        crc.update(bytes, FrameLayout.TYPE_OFFSET, covered - FrameLayout.TYPE_OFFSET);
        final int expected = (length == FrameLayout.SHORT_PAD_LENGTH ? 0 : (int) crc.getValue())
                ^ FrameSeed.at(segment.header.seed(), segment.base + offset, length);
        return expected == LiveBytes.getInt(segment.memory, offset + FrameLayout.CRC_OFFSET);
    }
}
