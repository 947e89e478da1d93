package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The content of a block device, in memory: blocks that copies share, and that a write replaces. Not thread-safe.
final class Disk {
    private static final int BLOCK = 4096;

    private final byte[][] blocks; // null: zeros; a block is never changed, only replaced

    private Disk(byte[][] blocks) {
        this.blocks = blocks;
    }

    /// Reads what a file holds.
    static Disk of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final Disk disk = new Disk(new byte[Math.toIntExact(channel.size() / BLOCK)][]);
            final byte[] block = new byte[BLOCK];
            for (int i = 0; i < disk.blocks.length; i++) {
                final ByteBuffer buffer = ByteBuffer.wrap(block);
                while (buffer.hasRemaining() && channel.read(buffer, (long) i * BLOCK + buffer.position()) > 0) {}
                disk.write((long) i * BLOCK, block, 0, BLOCK);
            }
            return disk;
        }
    }

    Disk copy() {
        return new Disk(blocks.clone());
    }

    long length() {
        return (long) blocks.length * BLOCK;
    }

    void read(long offset, byte[] into) {
        for (int done = 0; done < into.length; ) {
            final byte[] block = blocks[(int) ((offset + done) / BLOCK)];
            final int within = (int) ((offset + done) % BLOCK);
            final int length = Math.min(BLOCK - within, into.length - done);
            if (block != null) {
                System.arraycopy(block, within, into, done, length);
            }
            done += length;
        }
    }

    void write(long offset, byte[] data, int from, int count) {
        for (int done = 0; done < count; ) {
            final int number = (int) ((offset + done) / BLOCK);
            final int within = (int) ((offset + done) % BLOCK);
            final int length = Math.min(BLOCK - within, count - done);
            final byte[] block = blocks[number] == null ? new byte[BLOCK] : blocks[number].clone();
            System.arraycopy(data, from + done, block, within, length);
            blocks[number] = isZero(block) ? null : block;
            done += length;
        }
    }

    private static boolean isZero(byte[] block) {
        for (final byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /// Writes a file with holes for zeros, over what was there.
    void writeTo(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), length() - 1);
            for (int i = 0; i < blocks.length; i++) {
                if (blocks[i] != null) {
                    channel.write(ByteBuffer.wrap(blocks[i]), (long) i * BLOCK);
                }
            }
        }
    }
}
