package io.seriatim.tools.ingest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// One input as a stream of bytes, unpacked if it is gzip, whatever its name. Its first bytes can be looked at before
/// they are read. What is unpacked is never held: a bomb only takes long.
final class Input implements AutoCloseable {
    /// How much can be looked at.
    static final int HEAD_BYTES = 64 * 1024;

    private static final int READ_BYTES = 128 * 1024;

    private final Counting raw;
    private final InputStream stream;
    private final boolean compressed;
    private final byte[] head;
    private int headRead;
    private long bytes;

    private Input(Counting raw, InputStream stream, boolean compressed) throws IOException {
        this.raw = raw;
        this.stream = stream;
        this.compressed = compressed;
        this.head = headOf(stream);
    }

    /// @throws IOException if it cannot be read, or what looks like gzip is none
    static Input of(InputStream source) throws IOException {
        final Counting raw = new Counting(source);
        final BufferedInputStream buffered = new Patient(raw);
        buffered.mark(2);
        final byte[] magic = buffered.readNBytes(2);
        buffered.reset();
        final boolean compressed = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
        return new Input(raw, compressed ? new GZIPInputStream(buffered, READ_BYTES) : buffered, compressed);
    }

    /// What cannot be unpacked any more is no error yet: whoever reads on meets it again.
    private static byte[] headOf(InputStream stream) {
        final byte[] head = new byte[HEAD_BYTES];
        int length = 0;
        try {
            int read;
            while (length < head.length && (read = stream.read(head, length, head.length - length)) > 0) {
                length += read;
            }
        } catch (IOException _) {
            // The bytes before it are worth reading.
        }
        return length == head.length ? head : Arrays.copyOf(head, length);
    }

    /// @return the first bytes; fewer than [#HEAD_BYTES] if there are no more
    byte[] head() {
        return head;
    }

    boolean compressed() {
        return compressed;
    }

    /// @return how many bytes were read, unpacked
    long bytes() {
        return bytes;
    }

    /// @return how many bytes were read from the file itself
    long rawBytes() {
        return raw.count;
    }

    /// As [InputStream#read(byte[], int, int)].
    int read(byte[] target, int offset, int length) throws IOException {
        final int read;
        if (headRead < head.length) {
            read = Math.min(length, head.length - headRead);
            System.arraycopy(head, headRead, target, offset, read);
            headRead += read;
        } else {
            read = stream.read(target, offset, length);
        }
        bytes += Math.max(read, 0);
        return read;
    }

    /// Fills `target` as far as there are bytes.
    ///
    /// @return how many there were
    int readFully(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            final int read = read(target, offset + done, length - done);
            if (read < 0) {
                break;
            }
            done += read;
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    private static final class Counting extends InputStream {
        private final InputStream source;
        private long count;

        Counting(InputStream source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            final int read = source.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            final int read = source.read(target, offset, length);
            count += Math.max(read, 0);
            return read;
        }

        @Override
        public int available() throws IOException {
            return source.available();
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    /// `GZIPInputStream` takes nothing available for the end, and would drop the next member of a pipe that is slow.
    private static final class Patient extends BufferedInputStream {
        Patient(InputStream source) {
            super(source, READ_BYTES);
        }

        @Override
        public synchronized int available() throws IOException {
            final int available = super.available();
            if (available > 0) {
                return available;
            }
            mark(1);
            final int next = read();
            reset();
            return next < 0 ? 0 : 1;
        }
    }
}
