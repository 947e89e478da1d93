package io.seriatim.tools.sort;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Reads a run from beginning to end. Not thread-safe.
final class RunReader implements Comparable<RunReader> {
    private final FileChannel file;
    private final RunWriter.Run run;
    private final int number;
    private final ByteBuffer buffer;
    private long at;
    private byte[] key = new byte[256];
    private int keyLength;
    private long samplesLeft;
    private long timestamp;
    private long bits;

    /// @param number of the run: in the order in which they were written
    RunReader(FileChannel file, RunWriter.Run run, int number, int bufferBytes) {
        this.file = file;
        this.run = run;
        this.number = number;
        this.buffer = ByteBuffer.allocate(bufferBytes).limit(0);
        this.at = run.start();
    }

    /// By the key of their present series, and then by their number.
    @Override
    public int compareTo(RunReader other) {
        final int order = compareKeys(other);
        return order != 0 ? order : Integer.compare(number, other.number);
    }

    int compareKeys(RunReader other) {
        return SortKey.compare(key, keyLength, other.key, other.keyLength);
    }

    int number() {
        return number;
    }

    byte[] key() {
        return key;
    }

    int keyLength() {
        return keyLength;
    }

    /// @return samples of the present series still to come
    long samplesLeft() {
        return samplesLeft;
    }

    long timestamp() {
        return timestamp;
    }

    long bits() {
        return bits;
    }

    /// Turns to the next series; all samples of the present one must have been read.
    ///
    /// @return false if there is none
    boolean nextSeries() throws IOException {
        if (at - buffer.remaining() == run.end()) {
            return false;
        }
        keyLength = have(Integer.BYTES).getInt();
        if (key.length < keyLength) {
            key = new byte[Math.max(keyLength, 2 * key.length)];
        }
        for (int done = 0; done < keyLength; ) {
            final int part = Math.min(keyLength - done, have(1).remaining());
            buffer.get(key, done, part);
            done += part;
        }
        samplesLeft = have(Long.BYTES).getLong();
        return true;
    }

    /// Turns to the next sample of the series.
    ///
    /// @return false if there is none
    boolean nextSample() throws IOException {
        if (samplesLeft == 0) {
            return false;
        }
        samplesLeft--;
        timestamp = have(2 * Long.BYTES).getLong();
        bits = buffer.getLong();
        return true;
    }

    private ByteBuffer have(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            buffer.compact();
            buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + run.end() - at));
            while (buffer.hasRemaining()) {
                final int count = file.read(buffer, at);
                if (count < 0) {
                    throw new EOFException("the temporary file was cut: at=" + at);
                }
                at += count;
            }
            buffer.flip();
        }
        return buffer;
    }
}
