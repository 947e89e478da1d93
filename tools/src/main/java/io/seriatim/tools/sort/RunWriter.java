package io.seriatim.tools.sort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Writes a run to the end of a file. Not thread-safe.
///
/// ```
/// run:     series ...
/// series:  int key length | key | long count | sample ...
/// sample:  long timestamp | long bits
/// ```
final class RunWriter {
    private final FileChannel file;
    private final ByteBuffer buffer;
    private final long start;
    private long end;

    RunWriter(FileChannel file, int bufferBytes) throws IOException {
        this.file = file;
        this.buffer = ByteBuffer.allocate(bufferBytes);
        this.start = file.size();
        this.end = start;
    }

    void series(byte[] source, int keyAt, int keyLength, long count) throws IOException {
        room(Integer.BYTES).putInt(keyLength);
        for (int done = 0; done < keyLength; ) {
            final int part = Math.min(keyLength - done, room(1).remaining());
            buffer.put(source, keyAt + done, part);
            done += part;
        }
        room(Long.BYTES).putLong(count);
    }

    void sample(long timestamp, long bits) throws IOException {
        room(2 * Long.BYTES).putLong(timestamp).putLong(bits);
    }

    private ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            write();
        }
        return buffer;
    }

    private void write() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            end += file.write(buffer, end);
        }
        buffer.clear();
    }

    /// @return where in the file the run is
    Run finish() throws IOException {
        write();
        return new Run(start, end);
    }

    /// A run's place in the file.
    record Run(long start, long end) {}
}
