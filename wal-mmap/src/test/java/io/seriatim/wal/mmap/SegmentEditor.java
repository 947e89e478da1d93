package io.seriatim.wal.mmap;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SamplesEncoder;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// A segment file in an array: to find its frames, to damage it, and to forge it, checksums included. Knows the
/// format on its own, so that it does not repeat the reader's mistakes.
final class SegmentEditor {
    final Path file;
    final byte[] bytes;
    final SegmentHeader header;

    /// A frame that is there.
    record Frame(int offset, int length, int type) {
        int end() {
            return offset + FrameLayout.align(length);
        }
    }

    private SegmentEditor(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
        try {
            this.header = SegmentHeader.decode(Arrays.copyOf(bytes, SegmentHeader.BLOCK_BYTES));
        } catch (MalformedFrameException failure) {
            throw new AssertionError(failure);
        }
    }

    static SegmentEditor of(Path file) {
        try {
            return new SegmentEditor(file, Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A segment that is in no file.
    static SegmentEditor of(Path file, byte[] bytes) {
        return new SegmentEditor(file, bytes);
    }

    /// A segment without frames, not yet on disk.
    static SegmentEditor blank(Path file, SegmentHeader header) {
        final byte[] bytes = new byte[header.segmentBytes()];
        final byte[] block = header.encode();
        System.arraycopy(block, 0, bytes, 0, block.length);
        return new SegmentEditor(file, bytes);
    }

    SegmentEditor save() {
        return save(bytes.length);
    }

    /// Writes the first `length` bytes.
    SegmentEditor save(int length) {
        try {
            Files.write(file, Arrays.copyOf(bytes, length));
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return the frames from the first on, up to a word that is not positive
    List<Frame> frames() {
        final List<Frame> frames = new ArrayList<>();
        int at = SegmentHeader.HEADER_BYTES;
        while (at < bytes.length && Bytes.getInt(bytes, at) > 0) {
            final int length = Bytes.getInt(bytes, at);
            final int type = length == FrameLayout.SHORT_PAD_LENGTH
                    ? FrameLayout.PAD
                    : FrameLayout.type(Bytes.getInt(bytes, at + FrameLayout.TYPE_OFFSET));
            frames.add(new Frame(at, length, type));
            at += FrameLayout.align(length);
        }
        return frames;
    }

    List<Frame> frames(int type) {
        return frames().stream().filter(frame -> frame.type() == type).toList();
    }

    /// @return the largest position that a mark here asserts, 0 if there is none
    long asserted() {
        return frames(FrameLayout.MARK).stream()
                .mapToLong(mark -> Bytes.getLong(bytes, mark.offset() + FrameLayout.PAYLOAD_OFFSET))
                .max()
                .orElse(0);
    }

    /// Makes every mark assert nothing.
    SegmentEditor forgetAssertions() {
        for (final Frame mark : frames(FrameLayout.MARK)) {
            for (int field = 0; field < 2; field++) {
                Bytes.putLong(bytes, mark.offset() + FrameLayout.PAYLOAD_OFFSET + field * Long.BYTES, 0);
            }
            sign(mark.offset());
        }
        return this;
    }

    SegmentEditor flip(int offset) {
        bytes[offset] ^= 0x10;
        return this;
    }

    SegmentEditor zero(int from, int to) {
        Arrays.fill(bytes, from, to, (byte) 0);
        return this;
    }

    /// Makes the checksum of the frame at `offset` right again, whatever its content is now.
    SegmentEditor sign(int offset) {
        final int length = Bytes.getInt(bytes, offset);
        final boolean pad = length == FrameLayout.SHORT_PAD_LENGTH
                || FrameLayout.type(Bytes.getInt(bytes, offset + FrameLayout.TYPE_OFFSET)) == FrameLayout.PAD;
        final int covered = pad ? Math.min(length, FrameLayout.PAYLOAD_OFFSET) : FrameLayout.align(length);
        final CRC32C crc = new CRC32C();
        crc.update(bytes, offset + FrameLayout.TYPE_OFFSET, covered - FrameLayout.TYPE_OFFSET);
        Bytes.putInt(
                bytes,
                offset + FrameLayout.CRC_OFFSET,
                (int) crc.getValue() ^ FrameSeed.at(header.seed(), header.base() + offset, length));
        return this;
    }

    /// Stores a frame of a type that has no more than a header, for instance a pad.
    ///
    /// @return the offset behind it
    int put(int offset, int length, int type, int aux, int word) {
        Bytes.putInt(bytes, offset, length);
        if (length > FrameLayout.SHORT_PAD_LENGTH) {
            Bytes.putInt(bytes, offset + FrameLayout.TYPE_OFFSET, FrameLayout.typeWord(type, aux));
            Bytes.putInt(bytes, offset + FrameLayout.WORD_OFFSET, word);
        }
        sign(offset);
        return offset + FrameLayout.align(length);
    }

    /// Stores what an encoder holds.
    ///
    /// @return the offset behind it
    int put(int offset, SamplesEncoder encoder, int length) {
        System.arraycopy(encoder.buffer(), 0, bytes, offset, FrameLayout.align(length));
        Bytes.putInt(bytes, offset, length);
        sign(offset);
        return offset + FrameLayout.align(length);
    }

    /// Stores one sample of a reference.
    ///
    /// @return the offset behind it
    int putSample(int offset, int ref, long timestamp) {
        Bytes.putLong(bytes, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET, timestamp);
        Bytes.putLong(bytes, offset + FrameLayout.SAMPLE_VALUE_OFFSET, 0);
        return put(offset, FrameLayout.SAMPLE_LENGTH, FrameLayout.SAMPLE, 0, ref);
    }

    /// Stores a mark.
    ///
    /// @return the offset behind it
    int putMark(int offset, long durable) {
        final long[] fields = {durable, durable, durable, 0, 0};
        final SamplesEncoder encoder = new SamplesEncoder();
        return put(offset, encoder, encoder.fields(FrameLayout.MARK, 0, 0, fields, Mark.FIELDS));
    }
}
