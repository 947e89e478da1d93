package io.seriatim.tools.dump;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.WalMeta;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/// A segment's first page, `wal.meta` and a consumer's position on their layouts: see FORMAT.md.
final class HeaderDrawing {
    private HeaderDrawing() {}

    /// @param page the first page, or what there is of it
    /// @param unit of the log's timestamps, or null
    static List<Field> segment(byte[] page, TimeUnit unit) {
        final Fields fields = new Fields(page, unit);
        if (page.length < SegmentHeader.BLOCK_BYTES || Bytes.getLong(page, 0) != SegmentHeader.MAGIC) {
            return fields.raw(Math.min(page.length, 128)).list();
        }
        fields.ascii(8, "magic").number(4, "version");
        if (SegmentHeader.version(page) > SegmentHeader.VERSION) {
            return fields.raw(128).list(); // may mean anything
        }
        fields.number(4, "headerBytes").uuid("walId").number(4, "shard").number(4, "shards");
        fields.hexLong("epochId").number(8, "epoch").number(8, "sequence").number(8, "predecessor");
        fields.number(8, "base").number(4, "segmentBytes");
        fields.add(4, "timeUnit", timeUnit(fields.intAt()));
        fields.wallClock("createdMs").uuid("bootId");
        zeros(fields, SegmentHeader.CRC_OFFSET);
        fields.add(4, "crc", checksum(fields.intAt(), crc(page, 0, SegmentHeader.CRC_OFFSET)));
        if (page.length < SegmentHeader.HEADER_BYTES) {
            return fields.list();
        }
        zeros(fields, SealBlock.OFFSET);
        seal(fields);
        zeros(fields, SegmentHeader.HEADER_BYTES);
        return fields.list();
    }

    private static void seal(Fields fields) {
        if (fields.longAt() != SealBlock.MAGIC) {
            zeros(fields, SealBlock.OFFSET + SealBlock.LENGTH);
            return;
        }
        fields.ascii(8, "seal")
                .number(4, "end")
                .number(4, "zeros")
                .number(8, "records")
                .number(8, "samples");
        fields.number(8, "definitions").timestamp("minTimestamp").timestamp("maxTimestamp");
        fields.add(4, "crc", String.format("0x%08x", fields.intAt()));
    }

    static List<Field> meta(byte[] bytes) {
        final Fields fields = new Fields(bytes, null);
        if (WalMeta.version(bytes) != SegmentHeader.VERSION) {
            return fields.raw(Math.min(bytes.length, 128)).list();
        }
        fields.ascii(8, "magic").number(4, "version").add(4, "timeUnit", timeUnit(fields.intAt()));
        fields.uuid("walId").number(8, "epoch").number(4, "floorCount").number(4, "zeros");
        return positions(fields, "floor ").list();
    }

    static List<Field> consumer(byte[] bytes) {
        final Fields fields = new Fields(bytes, null);
        if (bytes.length < 44 || Bytes.getInt(bytes, 8) != SegmentHeader.VERSION) {
            return fields.raw(Math.min(bytes.length, 128)).list();
        }
        fields.ascii(8, "magic").number(4, "version").number(4, "zeros").uuid("walId");
        fields.number(4, "count").number(4, "zeros");
        return positions(fields, "position ").list();
    }

    /// One long a shard, and a checksum over everything before it.
    private static Fields positions(Fields fields, String name) {
        final byte[] bytes = fields.bytes();
        for (int shard = 0; fields.has(12) && !fields.isFull(); shard++) {
            fields.number(8, name + shard);
        }
        if (fields.has(4) && fields.at() == bytes.length - 4) {
            fields.add(4, "crc", checksum(fields.intAt(), crc(bytes, 0, bytes.length - 4)));
        }
        return fields.rest(bytes.length, "..", bytes.length - fields.at() + " bytes more");
    }

    private static void zeros(Fields fields, int end) {
        int nonZero = 0;
        for (int i = fields.at(); i < end; i++) {
            nonZero += fields.bytes()[i] == 0 ? 0 : 1;
        }
        fields.rest(
                end,
                "zeros",
                nonZero == 0
                        ? end - fields.at() + " bytes"
                        : "NOT ZERO: " + nonZero + " bytes of " + (end - fields.at()));
    }

    private static String timeUnit(int ordinal) {
        final TimeUnit[] units = TimeUnit.values();
        return ordinal + " = " + (ordinal >= 0 && ordinal < units.length ? units[ordinal].name() : "no unit");
    }

    private static int crc(byte[] bytes, int from, int to) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    private static String checksum(int stored, int computed) {
        return String.format("0x%08x", stored)
                + (stored == computed ? ", right" : String.format(", WRONG: the bytes come to 0x%08x", computed));
    }
}
