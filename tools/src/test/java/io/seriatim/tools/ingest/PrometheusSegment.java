package io.seriatim.tools.ingest;

import io.airlift.compress.v3.Compressor;
import io.airlift.compress.v3.snappy.SnappyCompressor;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Writes a segment of Prometheus' log as Prometheus does: fragments in pages of 32 KiB, none across two.
public final class PrometheusSegment {
    static final int PAGE = 32 * 1024;
    static final int HEADER = 7;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// How records are packed.
    public enum Packing {
        NONE(0),
        SNAPPY(0x08),
        ZSTANDARD(0x10);

        private final int bits;

        Packing(int bits) {
            this.bits = bits;
        }

        byte[] pack(byte[] record) {
            if (this == NONE) {
                return record;
            }
            final Compressor compressor = this == SNAPPY ? SnappyCompressor.create() : ZstdCompressor.create();
            final byte[] packed = new byte[compressor.maxCompressedLength(record.length)];
            return Arrays.copyOf(packed, compressor.compress(record, 0, record.length, packed, 0, packed.length));
        }
    }

    public PrometheusSegment record(Packing packing, byte[] record) {
        return packed(packing.bits, packing.pack(record));
    }

    /// Writes what may be no record at all.
    PrometheusSegment packed(int packingBits, byte[] data) {
        int from = 0;
        do {
            if (left() < HEADER) {
                pad();
            }
            final int length = Math.min(data.length - from, left() - HEADER);
            final boolean first = from == 0;
            final boolean last = from + length == data.length;
            final int kind = first && last ? 1 : first ? 2 : last ? 4 : 3;
            fragment(kind | packingBits, Arrays.copyOfRange(data, from, from + length));
            from += length;
        } while (from < data.length);
        return this;
    }

    private void fragment(int kind, byte[] data) {
        final CRC32C crc = new CRC32C();
        crc.update(data);
        final ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.put((byte) kind).putShort((short) data.length).putInt((int) crc.getValue());
        bytes.writeBytes(header.array());
        bytes.writeBytes(data);
    }

    private int left() {
        return PAGE - bytes.size() % PAGE;
    }

    /// Fills the page with zeros.
    PrometheusSegment pad() {
        bytes.writeBytes(new byte[left() % PAGE]);
        return this;
    }

    int size() {
        return bytes.size();
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    public static byte[] series(long ref, String... namesAndValues) {
        final ByteBuffer record = ByteBuffer.allocate(64 * 1024).put((byte) 1).putLong(ref);
        unsigned(record, namesAndValues.length / 2);
        for (final String part : namesAndValues) {
            final byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
            unsigned(record, utf8.length);
            record.put(utf8);
        }
        return Arrays.copyOf(record.array(), record.position());
    }

    /// @param samples reference, time and bits of the value in turn
    public static byte[] samples(long... samples) {
        final ByteBuffer record = ByteBuffer.allocate(64 + 12 * samples.length).put((byte) 2);
        record.putLong(samples[0]).putLong(samples[1]);
        for (int i = 0; i < samples.length; i += 3) {
            signed(record, samples[i] - samples[0]);
            signed(record, samples[i + 1] - samples[1]);
            record.putLong(samples[i + 2]);
        }
        return Arrays.copyOf(record.array(), record.position());
    }

    private static void unsigned(ByteBuffer to, long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            to.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        to.put((byte) rest);
    }

    private static void signed(ByteBuffer to, long number) {
        unsigned(to, number << 1 ^ number >> 63);
    }
}
