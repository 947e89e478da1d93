package io.seriatim.tools.serve;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/// Reads messages and unpacks them, never more than a message may have and never without room for it: a bomb of a
/// kilobyte that means gigabytes is given up where its limit is.
final class Unpacking {
    private static final int FIRST_BYTES = 8 * 1024;

    /// What the streams hold of their own: GZIP its window, zstd up to 8 MiB of it, four times.
    private static final int GZIP_BYTES = 48 * 1024;

    private static final int ZSTD_BYTES = 33 * 1024 * 1024;

    /// The longest copy of Snappy is 64 bytes, told in 3: nothing it packs is more than 22 times as long.
    private static final int SNAPPY_RATIO = 22;

    private final int mostPacked;
    private final int mostUnpacked;

    /// @param mostPacked   bytes of a message as it arrives
    /// @param mostUnpacked bytes of it unpacked
    Unpacking(int mostPacked, int mostUnpacked) {
        this.mostPacked = mostPacked;
        this.mostUnpacked = mostUnpacked;
    }

    /// Reads a message to its end.
    ///
    /// @param encoding what HTTP's `Content-Encoding` says, or null
    /// @param announced bytes that are to come, or -1
    /// @throws RefusedException if it is too long, there is no room, or it is damaged
    Body read(InputStream in, String encoding, long announced, Admission.Room room)
            throws IOException, RefusedException {
        if (announced > mostPacked) {
            throw tooLarge("message", announced, mostPacked);
        }
        final InputStream packed = new Limited(in, mostPacked);
        try {
            return switch (encoding == null ? "identity" : encoding.trim().toLowerCase(Locale.ROOT)) {
                case "", "identity" -> all(packed, Math.min(mostPacked, mostUnpacked), announced, room);
                case "gzip", "x-gzip" -> {
                    take(room, GZIP_BYTES);
                    try (InputStream unpacked = new GZIPInputStream(packed, 16 * 1024)) {
                        yield all(unpacked, mostUnpacked, -1, room);
                    }
                }
                case "zstd" -> {
                    take(room, ZSTD_BYTES);
                    try (InputStream unpacked = new ZstdInputStream(packed)) {
                        yield all(unpacked, mostUnpacked, -1, room);
                    }
                }
                case "snappy" -> snappy(all(packed, mostPacked, announced, room), room);
                default ->
                    throw new RefusedException(
                            Refusal.WRONG_TYPE,
                            "Content-Encoding is not known: encoding=" + Text.excerpt(encoding)
                                    + " known=identity, gzip, zstd, snappy");
            };
        } catch (TooLongException _) {
            throw tooLarge("message", -1, mostPacked);
        } catch (ArrivalException arrival) {
            throw arrival.cause();
        } catch (IOException | MalformedInputException | IndexOutOfBoundsException damaged) {
            // Of damaged bytes the libraries say it in each of these ways.
            throw new RefusedException(
                    Refusal.MALFORMED, "cannot unpack the message: encoding=" + encoding + " cause=" + damaged);
        }
    }

    /// Reads what has arrived already, as long as the stream says it is.
    static Body arrived(InputStream in, Admission.Room room) throws IOException, RefusedException {
        final int length = in.available();
        take(room, length);
        final byte[] bytes = new byte[length];
        final int read = in.readNBytes(bytes, 0, length);
        return new Body(bytes, read);
    }

    /// Reads everything, in steps for which there is room.
    static Body all(InputStream in, int most, long announced, Admission.Room room)
            throws IOException, RefusedException {
        final int capacity = announced >= 0 ? (int) Math.min(announced + 1, FIRST_BYTES) : FIRST_BYTES;
        take(room, capacity);
        byte[] bytes = new byte[capacity];
        int length = 0;
        while (true) {
            final int read = in.read(bytes, length, bytes.length - length);
            if (read < 0) {
                return new Body(bytes, length);
            }
            length += read;
            if (length > most) {
                throw tooLarge("unpacked message", -1, most);
            }
            if (length == bytes.length) {
                // One byte more than it may have, to see whether it has more.
                final int wanted = (int) Math.min(2L * length, most + 1L);
                take(room, wanted - length);
                bytes = Arrays.copyOf(bytes, wanted);
            }
        }
    }

    private Body snappy(Body packed, Admission.Room room) throws RefusedException {
        final SnappyJavaDecompressor snappy = new SnappyJavaDecompressor();
        if (packed.length() == 0) {
            throw new RefusedException(Refusal.MALFORMED, "cannot unpack the message: encoding=snappy bytes=0");
        }
        final int length =
                snappy.getUncompressedLength(Arrays.copyOf(packed.bytes(), Math.min(packed.length(), 16)), 0);
        if (length < 0 || length > (long) SNAPPY_RATIO * packed.length()) {
            throw new RefusedException(
                    Refusal.MALFORMED,
                    "cannot unpack the message: it claims to be longer than Snappy can make it: packed="
                            + packed.length() + " claimed=" + Integer.toUnsignedString(length));
        }
        if (length > mostUnpacked) {
            throw tooLarge("unpacked message", length, mostUnpacked);
        }
        take(room, length);
        final byte[] unpacked = new byte[length];
        final int written = snappy.decompress(packed.bytes(), 0, packed.length(), unpacked, 0, length);
        if (written != length) {
            throw new RefusedException(
                    Refusal.MALFORMED,
                    "cannot unpack the message: encoding=snappy claimed=" + length + " bytes=" + written);
        }
        return new Body(unpacked, length);
    }

    private static void take(Admission.Room room, long bytes) throws RefusedException {
        if (!room.tryTake(bytes)) {
            throw new RefusedException(Refusal.BUSY, "too many bytes of messages at once; send it again later");
        }
    }

    private static RefusedException tooLarge(String what, long bytes, int limit) {
        return new RefusedException(
                Refusal.TOO_LARGE, what + " too long:" + (bytes < 0 ? "" : " bytes=" + bytes) + " limit=" + limit);
    }

    /// More came than may come.
    private static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /// The message did not come: no fault of how it was packed.
    private static final class ArrivalException extends IOException {
        private static final long serialVersionUID = 1L;

        ArrivalException(IOException cause) {
            super(cause);
        }

        IOException cause() {
            return (IOException) getCause();
        }
    }

    /// A stream that ends with an exception where it has become too long, and tells its own failures from those of
    /// whoever unpacks it.
    private static final class Limited extends InputStream {
        private final InputStream in;
        private long left;

        Limited(InputStream in, int limit) {
            this.in = in;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            final byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            final int read;
            try {
                read = in.read(target, offset, length);
            } catch (IOException failure) {
                throw new ArrivalException(failure);
            }
            if (read > 0) {
                left -= read;
                if (left < 0) {
                    throw new TooLongException();
                }
            }
            return read;
        }

        /// `GZIPInputStream` asks whether another member may follow.
        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
