package io.seriatim.wal.mmap;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// What the bytes of one shard prove to have been durable: found without the log's own reader, by looking at every
/// place where a mark, a verdict or a seal can be.
final class Evidence {
    private final List<Segment> segments = new ArrayList<>();

    private record Segment(SegmentHeader header, byte[] bytes) {
        private boolean holds(long position) {
            return header.base() <= position && position < header.base() + bytes.length;
        }

        private boolean isFrame(int at, int length) {
            if (length < FrameLayout.PAYLOAD_OFFSET || length > bytes.length - at) {
                return false;
            }
            final CRC32C crc = new CRC32C();
            crc.update(bytes, at + FrameLayout.TYPE_OFFSET, FrameLayout.align(length) - FrameLayout.TYPE_OFFSET);
            return ((int) crc.getValue() ^ FrameSeed.at(header.seed(), header.base() + at, length))
                    == Bytes.getInt(bytes, at + FrameLayout.CRC_OFFSET);
        }
    }

    Evidence(Map<Path, byte[]> files, Path directory) {
        files.forEach((path, bytes) -> {
            if (path.startsWith(directory)) {
                try {
                    segments.add(
                            new Segment(SegmentHeader.decode(Arrays.copyOf(bytes, SegmentHeader.BLOCK_BYTES)), bytes));
                } catch (MalformedFrameException _) {
                    // Proves nothing.
                }
            }
        });
    }

    /// @param end of a frame
    boolean provesDurable(long end) {
        SegmentHeader own = null;
        for (final Segment segment : segments) {
            own = segment.holds(end - 1) ? segment.header : own;
        }
        for (final Segment segment : segments) {
            if (own != null && segment.header.epochId() == own.epochId() && asserted(segment) >= end
                    || examined(segment, end - 1)) {
                return true;
            }
        }
        return false;
    }

    private static long asserted(Segment segment) {
        final byte[] bytes = segment.bytes;
        final SegmentHeader header = segment.header;
        final SealBlock seal =
                SealBlock.decode(bytes, SealBlock.OFFSET, header.seed(), header.base(), header.segmentBytes());
        long asserted = seal == null ? 0 : header.base() + seal.end();
        for (int at = SegmentHeader.HEADER_BYTES; at <= bytes.length - Mark.LENGTH; at += FrameLayout.ALIGNMENT) {
            if (Bytes.getInt(bytes, at) == Mark.LENGTH
                    && bytes[at + FrameLayout.TYPE_OFFSET] == FrameLayout.MARK
                    && segment.isFrame(at, Mark.LENGTH)) {
                asserted = Math.max(asserted, Mark.durable(bytes, at));
            }
        }
        return asserted;
    }

    private static boolean examined(Segment segment, long position) {
        final int at = SegmentHeader.HEADER_BYTES;
        final int length = Bytes.getInt(segment.bytes, at);
        if (segment.bytes[at + FrameLayout.TYPE_OFFSET] != FrameLayout.VERDICT || !segment.isFrame(at, length)) {
            return false;
        }
        try {
            final Verdict verdict = Verdict.decode(segment.bytes, at, length);
            return verdict.from() <= position
                    && position < verdict.end()
                    && verdict.gaps().stream().noneMatch(gap -> gap.from() <= position && position < gap.to());
        } catch (MalformedFrameException _) {
            return false;
        }
    }
}
