package io.seriatim.tools.ingest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// Reads segments of Prometheus' own log: pages of 32 KiB, in them fragments that make up records.
///
/// ```
/// fragment: u8 kind | u16 length | u32 crc32c of the data | data            big-endian
/// kind: low three bits 1 whole, 2 first, 3 middle, 4 last, 0 the rest of the page is zeros;
///       0x08 the record is packed with Snappy, 0x10 with Zstandard
/// ```
///
/// A record never crosses the end of a segment. After damage, reading goes on at the next fragment whose checksum
/// holds,
/// within the page or at the start of the next, and at the next record that is whole.
final class PrometheusWalReader implements Reader {
    private static final int PAGE_BYTES = 32 * 1024;
    private static final int HEADER_BYTES = 7;
    private static final int KIND_MASK = 0x07;
    private static final int KNOWN_BITS = 0x1f;
    private static final int WHOLE = 1;
    private static final int FIRST = 2;
    private static final int LAST = 4;

    /// The longest record, packed or not. Prometheus writes one for each scrape.
    private static final int LONGEST = 64 * 1024 * 1024;

    private final Session session;
    private final PrometheusRecords records;
    private final Unpacker unpacker = new Unpacker(LONGEST);
    private final CRC32C crc = new CRC32C();
    private final byte[] page = new byte[PAGE_BYTES];
    private byte[] record = new byte[PAGE_BYTES];
    private int recordLength;
    private long recordOffset;
    private int packing;
    private boolean open; // a first fragment was read, its last was not yet
    private boolean skipping; // damage was told; fragments without a beginning follow from it
    private long count;

    PrometheusWalReader(Session session) {
        this.session = session;
        this.records = new PrometheusRecords(session);
    }

    @Override
    public long read(Input input, Source source) throws IOException {
        records.belongTo(log(source));
        open = false;
        skipping = false;
        count = 0;
        while (true) {
            session.progress();
            final long offset = input.bytes();
            final int length = input.readFully(page, 0, PAGE_BYTES);
            if (length == 0) {
                break;
            }
            page(offset, length, source);
        }
        if (open) {
            tornOrDamaged(source, recordOffset, "record without an end");
        }
        return count;
    }

    /// @return what is the same for all segments whose references mean the same
    private static String log(Source source) {
        if (source.path() == null) {
            return "";
        }
        Path directory = source.path().toAbsolutePath().getParent();
        if (String.valueOf(directory.getFileName()).startsWith("checkpoint.")) {
            directory = directory.getParent();
        }
        // The log of late samples refers to the series of the other one.
        return String.valueOf(
                String.valueOf(directory.getFileName()).equals("wbl") ? directory.resolveSibling("wal") : directory);
    }

    private void page(long offset, int length, Source source) {
        int at = 0;
        while (at < length) {
            if (page[at] == 0 || PAGE_BYTES - at < HEADER_BYTES) {
                if (!isZero(at, length)) {
                    damage(offset + at, "bytes behind the last record of a page");
                }
                return;
            }
            final int end = fragmentEnd(at, length);
            if (end < 0) {
                if (length < PAGE_BYTES && isKnown(page[at]) && isCut(at, length)) {
                    open = false;
                    tornOrDamaged(source, offset + at, "record ends beyond the file");
                } else {
                    damage(offset + at, "no header of a record");
                }
                return;
            }
            if (hasChecksum(at, end)) {
                fragment(offset + at, at, end);
            } else {
                damage(offset + at, "checksum of a record does not hold: length=" + (end - at - HEADER_BYTES));
                final int nextEnd = end < length ? fragmentEnd(end, length) : -1;
                if (nextEnd < 0 || !hasChecksum(end, nextEnd)) {
                    return; // its length is not to be trusted either
                }
            }
            at = end;
        }
    }

    private static boolean isKnown(byte kind) {
        return (kind & ~KNOWN_BITS) == 0 && (kind & KIND_MASK) >= WHOLE && (kind & KIND_MASK) <= LAST;
    }

    /// @return where the fragment at `at` ends, or -1 if none can be there
    private int fragmentEnd(int at, int length) {
        if (!isKnown(page[at]) || at + HEADER_BYTES > length) {
            return -1;
        }
        final int end = at + HEADER_BYTES + dataLength(at);
        return end <= length ? end : -1;
    }

    /// Whether a fragment that ends beyond the file could be one that was being written.
    private boolean isCut(int at, int length) {
        return at + HEADER_BYTES > length || at + HEADER_BYTES + dataLength(at) <= PAGE_BYTES;
    }

    private int dataLength(int at) {
        return Byte.toUnsignedInt(page[at + 1]) << 8 | Byte.toUnsignedInt(page[at + 2]);
    }

    private boolean hasChecksum(int at, int end) {
        int expected = 0;
        for (int i = 3; i < HEADER_BYTES; i++) {
            expected = expected << 8 | Byte.toUnsignedInt(page[at + i]);
        }
        crc.reset();
        crc.update(page, at + HEADER_BYTES, end - at - HEADER_BYTES);
        return (int) crc.getValue() == expected;
    }

    private boolean isZero(int from, int to) {
        for (int at = from; at < to; at++) {
            if (page[at] != 0) {
                return false;
            }
        }
        return true;
    }

    private void fragment(long offset, int at, int end) {
        final int kind = page[at] & KIND_MASK;
        final boolean first = kind == WHOLE || kind == FIRST;
        if (first) {
            if (open) {
                session.rejectAt(recordOffset, "record without an end");
            }
            recordLength = 0;
            recordOffset = offset;
            packing = page[at] & ~KIND_MASK;
            skipping = false;
        } else if (!open) {
            if (!skipping) {
                damage(offset, "record without a beginning");
            }
            return;
        }
        open = kind != WHOLE && kind != LAST;
        final int length = end - at - HEADER_BYTES;
        if (recordLength + length > LONGEST) {
            damage(recordOffset, "record is longer than " + LONGEST + " bytes");
            return;
        }
        if (record.length < recordLength + length) {
            record = Arrays.copyOf(record, Math.max(2 * record.length, recordLength + length));
        }
        System.arraycopy(page, at + HEADER_BYTES, record, recordLength, length);
        recordLength += length;
        if (!open) {
            whole();
        }
    }

    private void whole() {
        count++;
        final int length;
        try {
            length = unpacker.unpack(packing, record, recordLength);
        } catch (IllegalArgumentException failure) {
            session.rejectAt(recordOffset, failure.getMessage());
            return;
        }
        records.take(unpacker.bytes(), length, recordOffset);
    }

    private void damage(long offset, String reason) {
        open = false;
        skipping = true;
        session.rejectAt(offset, reason);
    }

    /// Only the last segment can have been cut short by the end of its writer.
    private void tornOrDamaged(Source source, long offset, String reason) {
        if (source.last()) {
            session.tornAt(offset, reason);
        } else {
            session.rejectAt(offset, reason);
        }
    }
}
