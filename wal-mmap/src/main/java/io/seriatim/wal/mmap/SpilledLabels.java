package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Labels in a temporary file, which has no name while it is in use. Not thread-safe.
///
/// ```
/// file:  int length | labels as Labels encodes them | ...
/// ```
///
/// They are private copies of what was checked, so nothing that happens to the log changes them. Where each is,
/// is kept outside of the heap: [SpillIndex].
final class SpilledLabels implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileChannel file;
    private final SpillIndex index = new SpillIndex();
    private final ByteBuffer writing = ByteBuffer.allocate(BUFFER_BYTES);
    private ByteBuffer reading = ByteBuffer.allocate(512);
    private long writtenBytes;

    SpilledLabels() throws IOException {
        final Path name = Files.createTempFile("seriatim-labels-", ".tmp");
        file = FileChannel.open(
                name, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        Files.deleteIfExists(name);
    }

    void put(int ref, Labels labels) throws IOException {
        final int length = labels.encodedLength();
        index.put(ref, writtenBytes + writing.position());
        final byte[] encoded = new byte[length];
        labels.copyEncodedTo(encoded, 0);
        if (writing.remaining() < Integer.BYTES + length) {
            flush();
        }
        if (writing.remaining() < Integer.BYTES + length) {
            write(ByteBuffer.allocate(Integer.BYTES + length)
                    .putInt(length)
                    .put(encoded)
                    .flip());
        } else {
            writing.putInt(length).put(encoded);
        }
    }

    private void flush() throws IOException {
        write(writing.flip());
        writing.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            writtenBytes += file.write(bytes, writtenBytes);
        }
    }

    /// @return the labels, or null
    Labels get(int ref) throws IOException {
        final long at = index.get(ref);
        if (at < 0) {
            return null;
        }
        if (at >= writtenBytes) {
            final int from = (int) (at - writtenBytes);
            return Labels.decode(writing.array(), from + Integer.BYTES, writing.getInt(from));
        }
        read(at, Integer.BYTES);
        final int length = reading.getInt(0);
        if (length > reading.limit() - Integer.BYTES) {
            read(at, Integer.BYTES + length);
        }
        return Labels.decode(reading.array(), Integer.BYTES, length);
    }

    /// Reads at least so many bytes, and as many more as there is room for: mostly the labels come with their
    /// length.
    private void read(long at, int bytes) throws IOException {
        if (reading.capacity() < bytes) {
            reading = ByteBuffer.allocate(2 * bytes);
        }
        reading.clear();
        while (reading.position() < bytes) {
            if (file.read(reading, at + reading.position()) < 0) {
                throw new EOFException("the temporary file was cut: at=" + at);
            }
        }
        reading.flip();
    }

    @Override
    public void close() throws IOException {
        index.close();
        file.close();
    }
}
