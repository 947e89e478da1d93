package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import java.nio.file.Path;

/// A file with a segment's name, as [LogInspector] finds it.
///
/// @param file     where
/// @param shard    the shard whose directory it is in
/// @param sequence what its name says
/// @param bytes    its length
/// @param header   its header, or what its neighbours say of a header that is destroyed; null if it is not read
/// @param seal     its seal, or null
/// @param problem  what is wrong with it as a file, or null; with a header: that the header was inferred
/// @param detail   the problem in words, or empty
// The header's package is exported to the tools, who are the ones that this is made for.
@SuppressWarnings("exports")
public record InspectedSegment(
        Path file,
        int shard,
        long sequence,
        long bytes,
        SegmentHeader header,
        SealBlock seal,
        Damage.Kind problem,
        String detail) {
    static InspectedSegment of(SegmentFile file) {
        return new InspectedSegment(
                file.file(),
                file.shard(),
                file.sequence(),
                file.bytes(),
                file.header(),
                file.seal(),
                file.problem(),
                file.detail());
    }

    SegmentFile toFile() {
        return new SegmentFile(file, shard, sequence, bytes, header, seal, problem, detail);
    }

    /// @return whether its own header is destroyed, and the neighbours' is used
    public boolean isInferred() {
        return header != null && problem == Damage.Kind.BAD_HEADER;
    }

    /// @return bytes of the file that can hold header and frames: no more than the header announces, no
    ///         more than there are; 0 if the file is not read
    public long readableBytes() {
        return header == null ? 0 : Math.min(bytes, header.segmentBytes());
    }
}
