package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A file with a segment's name, as a reader finds it.
///
/// @param file     where
/// @param shard    the shard whose directory it is in
/// @param sequence what its name says
/// @param bytes    its length
/// @param header   its header, or null if it has no valid one
/// @param seal     its seal, or null
/// @param problem  why it is not read as data, or null
/// @param detail   the problem in words, or empty
record SegmentFile(
        Path file,
        int shard,
        long sequence,
        long bytes,
        SegmentHeader header,
        SealBlock seal,
        Damage.Kind problem,
        String detail) {
    /// Looks at a file. Reads its header page, nothing else.
    ///
    /// @throws IOException if it cannot be read
    static SegmentFile inspect(Storage storage, Path file, int shard, long sequence) throws IOException {
        if (!storage.isRegularFile(file)) {
            if (!storage.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            return bad(file, shard, sequence, 0, Damage.Kind.BAD_HEADER, "not a regular file");
        }
        try (StorageFile open = storage.open(file, false)) {
            final long bytes = open.size();
            final ByteBuffer page = ByteBuffer.allocate(SegmentHeader.HEADER_BYTES);
            while (page.hasRemaining() && open.read(page, page.position()) > 0) {
                // A short file leaves zeros, which are no header.
            }
            return inspect(file, shard, sequence, bytes, page.array());
        }
    }

    private static SegmentFile inspect(Path file, int shard, long sequence, long bytes, byte[] page) {
        if (bytes < SegmentHeader.HEADER_BYTES) {
            return bad(file, shard, sequence, bytes, Damage.Kind.BAD_HEADER, "shorter than a header: bytes=" + bytes);
        }
        final byte[] block = Arrays.copyOf(page, SegmentHeader.BLOCK_BYTES);
        final int version = SegmentHeader.version(block);
        if (version > SegmentHeader.VERSION) {
            return bad(file, shard, sequence, bytes, Damage.Kind.NEWER_VERSION, "version=" + version);
        }
        final SegmentHeader header;
        try {
            header = SegmentHeader.decode(block);
        } catch (MalformedFrameException failure) {
            return bad(file, shard, sequence, bytes, Damage.Kind.BAD_HEADER, failure.getMessage());
        }
        if (header.shard() != shard || header.sequence() != sequence) {
            return bad(
                    file,
                    shard,
                    sequence,
                    bytes,
                    Damage.Kind.FOREIGN_SEGMENT,
                    "header says shard=" + header.shard() + " sequence=" + header.sequence());
        }
        final SealBlock seal =
                SealBlock.decode(page, SealBlock.OFFSET, header.seed(), header.base(), header.segmentBytes());
        return new SegmentFile(file, shard, sequence, bytes, header, seal, null, "");
    }

    private static SegmentFile bad(
            Path file, int shard, long sequence, long bytes, Damage.Kind problem, String detail) {
        return new SegmentFile(file, shard, sequence, bytes, null, null, problem, detail);
    }

    /// @return the same file, found to belong to another log
    SegmentFile foreign(String why) {
        return new SegmentFile(file, shard, sequence, bytes, null, null, Damage.Kind.FOREIGN_SEGMENT, why);
    }

    /// @return the same file with a header that was inferred from its neighbours
    SegmentFile withHeader(SegmentHeader inferred) {
        return new SegmentFile(file, shard, sequence, bytes, inferred, null, problem, detail);
    }

    /// A segment whose preparation failed at the last moment may have kept its name, or got it back from a power
    /// loss. The next attempt has a higher sequence and the same position, and names the same predecessor.
    ///
    /// @param segments of the shard
    /// @return true if nobody has ever written to it
    boolean isPassedOver(List<SegmentFile> segments) {
        for (final SegmentFile other : segments) {
            if (other.header != null
                    && other.header.epochId() == header.epochId()
                    && other.header.sequence() > sequence
                    && other.header.predecessor() < sequence) {
                return true;
            }
        }
        return false;
    }

    /// @return the bytes of the file that can hold what the header announces
    int readableBytes() {
        return (int) Math.min(bytes, header.segmentBytes());
    }

    /// @return the position behind the segment
    long end() {
        return header.base() + header.segmentBytes();
    }
}
