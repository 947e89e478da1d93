package io.seriatim.tools.ingest;

import io.airlift.compress.v3.snappy.SnappyDecompressor;
import io.airlift.compress.v3.zstd.ZstdDecompressor;

/// Unpacks records of Prometheus' log. Trusts no length that it reads. Not thread-safe.
final class Unpacker {
    private static final int SNAPPY = 0x08;
    private static final int ZSTANDARD = 0x10;

    /// No packed byte of Snappy makes more than this many: an element of three bytes copies 64.
    private static final int SNAPPY_RATIO = 22;

    private static final int SMALLEST_GUESS = 64 * 1024;

    private final int longest;
    private SnappyDecompressor snappy; // either is made when it is needed: it loads native code
    private ZstdDecompressor zstandard;
    private byte[] buffer = new byte[SMALLEST_GUESS];
    private byte[] bytes = buffer;

    /// @param longest what an unpacked record may come to
    Unpacker(int longest) {
        this.longest = longest;
    }

    /// @return where the last record is, from 0 on; valid until the next one
    byte[] bytes() {
        return bytes;
    }

    /// Unpacks a record.
    ///
    /// @param packing the bits of a fragment's kind that say how it is packed
    /// @return its length
    /// @throws IllegalArgumentException if that does not work
    int unpack(int packing, byte[] packed, int length) {
        switch (packing) {
            case 0 -> {
                bytes = packed;
                return length;
            }
            case SNAPPY -> {
                reserve(snappyLength(packed, length));
                snappy = snappy == null ? SnappyDecompressor.create() : snappy;
                return unpacked(() -> snappy.decompress(packed, 0, length, buffer, 0, buffer.length));
            }
            case ZSTANDARD -> {
                zstandard = zstandard == null ? ZstdDecompressor.create() : zstandard;
                return unpackZstandard(packed, length);
            }
            default -> throw new IllegalArgumentException("record is packed in two ways at once");
        }
    }

    /// It is the first thing in the record, in groups of seven bits.
    private static long snappyLength(byte[] packed, int length) {
        long unpacked = 0;
        for (int i = 0; i < 5 && i < length; i++) {
            unpacked |= (packed[i] & 0x7fL) << 7 * i;
            if (packed[i] >= 0) {
                if (unpacked > (long) length * SNAPPY_RATIO) {
                    break;
                }
                return unpacked;
            }
        }
        throw new IllegalArgumentException("record cannot be unpacked: no length that Snappy could have written");
    }

    private int unpackZstandard(byte[] packed, int length) {
        final long told = unpackedLength(packed, length);
        if (told >= 0) {
            reserve(told);
            return unpacked(() -> zstandard.decompress(packed, 0, length, buffer, 0, buffer.length));
        }
        reserve(Math.min(longest, Math.max(SMALLEST_GUESS, 4L * length)));
        while (true) {
            try {
                return unpacked(() -> zstandard.decompress(packed, 0, length, buffer, 0, buffer.length));
            } catch (IllegalArgumentException failure) {
                if (buffer.length >= longest) {
                    throw failure;
                }
                reserve(Math.min(longest, 4L * buffer.length));
            }
        }
    }

    /// @return the length, or -1 if the record does not tell
    private long unpackedLength(byte[] packed, int length) {
        try {
            return zstandard.getDecompressedSize(packed, 0, length);
        } catch (RuntimeException failure) {
            throw new IllegalArgumentException("record cannot be unpacked: " + failure.getMessage(), failure);
        }
    }

    private void reserve(long length) {
        if (length > longest) {
            throw new IllegalArgumentException(
                    "record is longer than " + longest + " bytes when unpacked: length=" + length);
        }
        if (buffer.length < length) {
            buffer = new byte[(int) length];
        }
    }

    private int unpacked(Step step) {
        try {
            final int length = step.run();
            bytes = buffer;
            return length;
        } catch (RuntimeException failure) { // the libraries have several
            throw new IllegalArgumentException("record cannot be unpacked: " + failure.getMessage(), failure);
        }
    }

    private interface Step {
        int run();
    }
}
