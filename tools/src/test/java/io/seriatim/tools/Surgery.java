package io.seriatim.tools;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// A segment's bytes under the knife: what to harm where. It finds frames by their lengths alone, and knows how
/// to make a checksum right.
public final class Surgery {
    private static final int BOOT_ID = 96; // see FORMAT.md

    private final Path file;
    private final byte[] bytes;

    private Surgery(Path file) throws IOException {
        this.file = file;
        this.bytes = Files.readAllBytes(file);
    }

    public static Surgery on(Path file) throws IOException {
        return new Surgery(file);
    }

    /// @return offsets of the frames, up to the first thing that is none
    public List<Integer> frames() {
        final List<Integer> frames = new ArrayList<>();
        int at = SegmentHeader.HEADER_BYTES;
        while (at < bytes.length && Bytes.getInt(bytes, at) >= FrameLayout.SHORT_PAD_LENGTH) {
            frames.add(at);
            at += FrameLayout.align(Bytes.getInt(bytes, at));
        }
        return frames;
    }

    /// @return offsets of the frames of a type
    public List<Integer> frames(int type) {
        return frames().stream().filter(at -> type(at) == type).toList();
    }

    private int type(int frame) {
        return Bytes.getInt(bytes, frame) == FrameLayout.SHORT_PAD_LENGTH
                ? FrameLayout.PAD
                : bytes[frame + FrameLayout.TYPE_OFFSET];
    }

    int length(int frame) {
        return FrameLayout.align(Bytes.getInt(bytes, frame));
    }

    int end() {
        final int last = frames().getLast();
        return last + length(last);
    }

    byte[] bytes() {
        return bytes;
    }

    public Surgery flip(int at) {
        bytes[at] ^= 0x10;
        return this;
    }

    Surgery zero(int from, int to) {
        Arrays.fill(bytes, from, to, (byte) 0);
        return this;
    }

    /// Makes an open claim of a committed frame.
    Surgery open(int frame) {
        Bytes.putInt(bytes, frame, -length(frame));
        return this;
    }

    /// Makes a frame's checksum right.
    Surgery sign(int frame) throws IOException {
        final SegmentHeader header = header();
        final int length = Bytes.getInt(bytes, frame);
        Bytes.putInt(
                bytes,
                frame + FrameLayout.CRC_OFFSET,
                crc(frame + FrameLayout.TYPE_OFFSET, frame + FrameLayout.align(length))
                        ^ FrameSeed.at(header.seed(), header.base() + frame, length));
        return this;
    }

    SegmentHeader header() throws IOException {
        try {
            return SegmentHeader.decode(Arrays.copyOf(bytes, SegmentHeader.BLOCK_BYTES));
        } catch (MalformedFrameException failure) {
            throw new IOException(failure);
        }
    }

    /// Lets the machine have been restarted since.
    Surgery otherBoot() {
        bytes[BOOT_ID] ^= 0x10;
        return signHeader();
    }

    Surgery version(int version) {
        Bytes.putInt(bytes, SegmentHeader.VERSION_OFFSET, version);
        return signHeader();
    }

    private Surgery signHeader() {
        Bytes.putInt(bytes, SegmentHeader.CRC_OFFSET, crc(0, SegmentHeader.CRC_OFFSET));
        return this;
    }

    private int crc(int from, int to) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    public void save() throws IOException {
        Files.write(file, bytes);
    }

    void save(int length) throws IOException {
        Files.write(file, Arrays.copyOf(bytes, length));
    }
}
