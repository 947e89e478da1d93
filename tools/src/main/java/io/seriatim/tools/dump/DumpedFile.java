package io.seriatim.tools.dump;

import io.seriatim.tools.CannotRunException;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.ConsumerPosition;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.WalMeta;
import io.seriatim.wal.mmap.InspectedSegment;
import io.seriatim.wal.mmap.LogInspector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// A file that is taken apart: a segment, `wal.meta`, or a consumer's position.
///
/// @param file    where
/// @param bytes   its length
/// @param segment what it is as a segment, or null for the others
/// @param finder  has found the parts that were asked for
record DumpedFile(Path file, long bytes, InspectedSegment segment, PartFinder finder) {
    private static final int MOST_BYTES = 64 * 1024;
    private static final int RAW_BYTES = 128;

    /// Takes a file apart.
    ///
    /// @param first tells the part to begin with
    /// @param limit the most parts
    /// @throws CannotRunException if it is neither
    static DumpedFile of(Path file, Predicate<Part> first, long limit) {
        final PartFinder finder = new PartFinder(first, limit);
        final long size;
        final byte[] begin;
        try {
            size = Files.size(file);
            begin = read(file, 0, SegmentHeader.BLOCK_BYTES);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        final String name = file.getFileName().toString();
        if (WalMeta.version(begin) >= 0 || name.equals("wal.meta") || isConsumer(begin)) {
            finder.add(new Part(Part.Kind.HEADER, 0, 0, size, 0, null));
            return new DumpedFile(file, size, null, finder);
        }
        if (SegmentHeader.version(Arrays.copyOf(begin, SegmentHeader.BLOCK_BYTES)) < 0 && !name.endsWith(".seg")) {
            throw new CannotRunException("neither a segment nor wal.meta nor a consumer's position: file=" + file
                    + " (segments are the files *.seg in a log's shard-NNN directories)");
        }
        final InspectedSegment segment = LogInspector.segment(file);
        finder.add(new Part(Part.Kind.HEADER, 0, 0, Math.min(size, SegmentHeader.HEADER_BYTES), 0, null));
        if (segment.header() != null) {
            LogInspector.walk(segment, finder);
        }
        return new DumpedFile(file, size, segment, finder);
    }

    private static byte[] read(Path file, long offset, long length) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, MOST_BYTES));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
                // Until the range or the file ends.
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static boolean isConsumer(byte[] begin) {
        return begin.length >= Long.BYTES && Bytes.getLong(begin, 0) == ConsumerPosition.MAGIC;
    }

    /// @return SEGMENT, META or CONSUMER
    String kind() {
        if (segment != null) {
            return "SEGMENT";
        }
        return isConsumer(bytes(finder.parts().getFirst())) ? "CONSUMER" : "META";
    }

    /// @return the bytes of a part, the first of them if there are many
    byte[] bytes(Part part) {
        try {
            return read(file, part.offset(), part.length());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return the part on its layout
    List<Field> fields(Part part, byte[] bytes) {
        return switch (part.kind()) {
            case HEADER ->
                segment == null
                        ? isConsumer(bytes) ? HeaderDrawing.consumer(bytes) : HeaderDrawing.meta(bytes)
                        : HeaderDrawing.segment(
                                bytes,
                                segment.header() == null
                                        ? null
                                        : segment.header().timeUnit());
            case FRAME -> new FrameDrawing(segment.header(), finder.labels()).draw(bytes, part.offset());
            case GAP -> gap(part, bytes);
            case UNWRITTEN -> List.of();
        };
    }

    /// As the frame that it may have been, if it looks like one; otherwise as bytes.
    private List<Field> gap(Part part, byte[] bytes) {
        final int word = bytes.length < Integer.BYTES ? 0 : Math.abs(Bytes.getInt(bytes, 0));
        final int aligned = word + 7 & -8;
        if (word >= 16 && aligned <= bytes.length) {
            return new FrameDrawing(segment.header(), finder.labels())
                    .draw(Arrays.copyOf(bytes, aligned), part.offset());
        }
        return new Fields(bytes, null).raw(RAW_BYTES).list();
    }

    /// @return whether everything in it is as it should be, as far as one file can tell
    boolean isWhole() {
        return finder.gaps() == 0 && (segment == null || segment.problem() == null);
    }

    /// @return a part's position in its shard's log, -1 if the file does not tell
    long position(Part part) {
        return segment == null || segment.header() == null
                ? -1
                : segment.header().base() + part.offset();
    }
}
