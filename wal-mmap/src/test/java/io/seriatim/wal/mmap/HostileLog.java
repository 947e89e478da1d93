package io.seriatim.wal.mmap;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.WalMeta;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/// A directory made from the bytes of a fuzzer: a program of small steps, in which every sequence of bytes makes sense.
/// The frames in it get right checksums, so that hostile lengths, counts and numbers reach the code behind the check;
/// where the checksum word of the input is 0, the frame stays without.
///
/// ```
/// step     byte 0-3 segment | 4 floor | 5 cut | 6 copy a sector | 7 swap two files
/// segment  shard, sequence, epoch, flags bytes; [ field byte, value long ]; length short; that many bytes of frames
/// ```
final class HostileLog {
    static final Path DIRECTORY = Path.of("/hostile");

    private static final UUID WAL = new UUID(1, 2);
    private static final int SECTOR = 512;
    private static final int HOSTILE_FIELD = 1;
    private static final int OTHER_LOG = 2;
    private static final int TORN_HEADER = 4;
    private static final int SEALED = 8;
    private static final int OTHER_BOOT = 16;

    final MemoryStorage storage = new MemoryStorage();
    /// True if nothing but the bytes between the headers and the ends of the files is unusual.
    private boolean plain = true;
    private final Map<Path, byte[]> files = new TreeMap<>();
    private final Map<Path, SegmentHeader> headers = new TreeMap<>();
    private long[] floors = new long[0];

    private final byte[] input;
    private int at;

    private HostileLog(byte[] input) {
        this.input = input;
    }

    static HostileLog of(byte[] input) {
        final HostileLog log = new HostileLog(input);
        while (log.at < input.length && log.files.size() < 12) {
            log.step();
        }
        return log.finish();
    }

    /// A log of one segment that holds these bytes from the first frame on.
    static HostileLog ofFrames(byte[] frames, int from, boolean signed) {
        final HostileLog log = new HostileLog(frames);
        final byte[] area = Arrays.copyOfRange(frames, Math.min(from, frames.length), frames.length);
        log.add(0, header(0, 0, 1, 1, -1, 0, segmentBytes(area.length), WAL), area, signed, false);
        return log.finish();
    }

    /// A log of one file that holds these bytes and nothing else; no `wal.meta`.
    static HostileLog ofFile(byte[] bytes) {
        final HostileLog log = new HostileLog(bytes);
        final boolean whole = bytes.length >= SegmentHeader.BLOCK_BYTES;
        final int shard = whole ? Bytes.getInt(bytes, 32) & 3 : 0;
        final long sequence = whole ? Bytes.getLong(bytes, 56) & Long.MAX_VALUE : 0;
        log.storage.put(LogFiles.segment(LogFiles.shard(DIRECTORY, shard), sequence), bytes);
        log.plain = false;
        return log;
    }

    private int u8() {
        return at < input.length ? input[at++] & 0xff : 0;
    }

    private long number() {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number |= (long) u8() << 8 * i;
        }
        return number;
    }

    private void step() {
        switch (u8() & 7) {
            case 4 -> {
                final int shard = u8() & 3;
                floors = Arrays.copyOf(floors, Math.max(floors.length, shard + 1));
                floors[shard] = number() & (1L << 53) - 1;
                plain = false;
            }
            case 5 -> file(path -> files.put(path, Arrays.copyOf(files.get(path), u8() << 8 | u8())));
            case 6 ->
                file(path -> {
                    final byte[] from = files.get(path);
                    final int source = u8() * SECTOR;
                    final int target = u8() * SECTOR;
                    file(other -> {
                        final byte[] to = files.get(other);
                        if (source + SECTOR <= from.length && target + SECTOR <= to.length) {
                            System.arraycopy(from, source, to, target, SECTOR);
                        }
                    });
                });
            case 7 ->
                file(one -> file(other -> {
                    final byte[] bytes = files.get(one);
                    files.put(one, files.get(other));
                    files.put(other, bytes);
                }));
            default -> segment();
        }
    }

    private void file(java.util.function.Consumer<Path> step) {
        if (!files.isEmpty()) {
            step.accept(List.copyOf(files.keySet()).get(u8() % files.size()));
        }
    }

    private void segment() {
        final int shard = u8() & 3;
        final SegmentHeader last = lastOf(shard);
        final long sequence = (last == null ? 0 : last.sequence() + 1) + (u8() & 3);
        final int epoch = u8() & 7;
        final int flags = u8();
        SegmentHeader header = header(
                shard,
                sequence,
                epoch + 1,
                epoch,
                last == null ? -1 : last.sequence(),
                sequence * Logs.SEGMENT_BYTES,
                Logs.SEGMENT_BYTES,
                (flags & OTHER_LOG) == 0 ? WAL : new UUID(3, 4));
        if ((flags & HOSTILE_FIELD) != 0) {
            header = hostile(header, u8() & 7, number());
        }
        plain &= (flags & (HOSTILE_FIELD | OTHER_LOG)) == 0;
        final int length = Math.min(u8() | u8() << 8, input.length - at);
        final byte[] area = Arrays.copyOfRange(input, at, at + length);
        at += length;
        final Path path = add(shard, header, area, true, (flags & OTHER_BOOT) != 0);
        if ((flags & SEALED) != 0) {
            final SegmentHeader sealed = headers.get(path);
            final byte[] seal = new SealBlock(
                            SegmentHeader.HEADER_BYTES + FrameLayout.align(length),
                            length,
                            u8(),
                            u8(),
                            number(),
                            number())
                    .encode(sealed.seed(), sealed.base());
            System.arraycopy(seal, 0, files.get(path), SealBlock.OFFSET, seal.length);
        }
        if ((flags & TORN_HEADER) != 0) {
            files.get(path)[SegmentHeader.CRC_OFFSET]++;
        }
    }

    private SegmentHeader lastOf(int shard) {
        return headers.values().stream()
                .filter(header -> header.shard() == shard)
                .reduce((_, last) -> last)
                .orElse(null);
    }

    private static int segmentBytes(int frames) {
        return Math.max(
                Logs.SEGMENT_BYTES,
                SegmentHeader.HEADER_BYTES + (frames + SegmentHeader.HEADER_BYTES - 1 & -SegmentHeader.HEADER_BYTES));
    }

    private static SegmentHeader header(
            int shard, long sequence, long epochId, long epoch, long predecessor, long base, int bytes, UUID walId) {
        return new SegmentHeader(
                walId,
                shard,
                4,
                epochId,
                epoch,
                sequence,
                predecessor,
                base,
                bytes,
                TimeUnit.MILLISECONDS,
                0,
                new MemoryStorage().bootId());
    }

    private static SegmentHeader hostile(SegmentHeader h, int field, long value) {
        return new SegmentHeader(
                h.walId(),
                h.shard(),
                field == 0 ? (int) value : h.shards(),
                field == 1 ? value : h.epochId(),
                field == 2 ? value : h.epoch(),
                h.sequence(),
                field == 3 ? value : h.predecessor(),
                field == 4 ? value : field == 5 ? value & (1L << 53) - 8 : h.base(),
                field == 6 ? (int) value : field == 7 ? (int) value & -4096 & (1 << 20) - 1 : h.segmentBytes(),
                h.timeUnit(),
                h.createdMs(),
                h.bootId());
    }

    private Path add(int shard, SegmentHeader header, byte[] area, boolean signed, boolean otherBoot) {
        final SegmentHeader booted = otherBoot ? rebooted(header) : header;
        final byte[] bytes = Arrays.copyOf(booted.encode(), Math.max(Logs.SEGMENT_BYTES, segmentBytes(area.length)));
        System.arraycopy(area, 0, bytes, SegmentHeader.HEADER_BYTES, area.length);
        if (signed) {
            sign(bytes, booted);
        }
        final Path path = LogFiles.segment(LogFiles.shard(DIRECTORY, shard), booted.sequence());
        files.put(path, bytes);
        headers.put(path, booted);
        return path;
    }

    private static SegmentHeader rebooted(SegmentHeader h) {
        return new SegmentHeader(
                h.walId(),
                h.shard(),
                h.shards(),
                h.epochId(),
                h.epoch(),
                h.sequence(),
                h.predecessor(),
                h.base(),
                h.segmentBytes(),
                h.timeUnit(),
                h.createdMs(),
                new UUID(9, 9));
    }

    private static void sign(byte[] bytes, SegmentHeader header) {
        int at = SegmentHeader.HEADER_BYTES;
        while (at <= bytes.length - FrameLayout.SHORT_PAD_LENGTH) {
            final int length = Bytes.getInt(bytes, at);
            final boolean frame = isLength(length, bytes.length - at);
            if (frame && Bytes.getInt(bytes, at + FrameLayout.CRC_OFFSET) != 0) {
                Bytes.putInt(bytes, at + FrameLayout.CRC_OFFSET, crc(bytes, at, header.seed(), header.base()));
            }
            at += frame ? FrameLayout.align(length) : FrameLayout.ALIGNMENT;
        }
    }

    private static boolean isLength(int length, int left) {
        return (length >= FrameLayout.PAYLOAD_OFFSET || length == FrameLayout.SHORT_PAD_LENGTH) && length <= left;
    }

    /// By the document, not by the reader.
    private static int crc(byte[] bytes, int at, long seed, long base) {
        final int length = Bytes.getInt(bytes, at);
        final boolean pad =
                length == FrameLayout.SHORT_PAD_LENGTH || bytes[at + FrameLayout.TYPE_OFFSET] == FrameLayout.PAD;
        final int end = at + (pad ? Math.min(length, FrameLayout.PAYLOAD_OFFSET) : FrameLayout.align(length));
        final CRC32C crc = new CRC32C();
        crc.update(bytes, at + FrameLayout.TYPE_OFFSET, end - at - FrameLayout.TYPE_OFFSET);
        return (int) crc.getValue() ^ FrameSeed.at(seed, base + at, length);
    }

    private HostileLog finish() {
        if (files.isEmpty()) {
            return this;
        }
        files.forEach(storage::put);
        // A log of the name of its first segment, so that most of it is read.
        final UUID walId = headers.values().iterator().next().walId();
        storage.put(DIRECTORY.resolve(LogFiles.META), new WalMeta(walId, TimeUnit.MILLISECONDS, 7, floors).encode());
        return this;
    }

    /// A frame with a right checksum.
    ///
    /// @param shard  whose directory it is in
    /// @param end    position behind it
    /// @param source the file it is in
    record Signed(int shard, long end, byte[] source, int at) {
        int type() {
            return source[at + FrameLayout.TYPE_OFFSET];
        }
    }

    /// @return every frame with a right checksum that there is, wherever it stands, by shard and end
    Map<Long, List<Signed>> signed() {
        final Map<Long, List<Signed>> found = new TreeMap<>();
        files.forEach((path, bytes) -> {
            final int shard = LogFiles.shard(path.getParent().getFileName().toString());
            // Whose header a reader takes: its own, or one that it infers from a neighbour.
            final Set<List<Long>> places = new HashSet<>();
            headers.values().forEach(header -> {
                places.add(List.of(header.seed(), header.base()));
                for (int i = -1; i < 12; i++) {
                    places.add(List.of(header.seed(), header.base() + (long) i * header.segmentBytes()));
                }
            });
            for (int at = SegmentHeader.HEADER_BYTES; at <= bytes.length - 8; at += 8) {
                if (isLength(Bytes.getInt(bytes, at), bytes.length - at)) {
                    for (final List<Long> place : places) {
                        if (FrameLayout.align(Bytes.getInt(bytes, at)) <= bytes.length - at
                                && crc(bytes, at, place.get(0), place.get(1))
                                        == Bytes.getInt(bytes, at + FrameLayout.CRC_OFFSET)) {
                            final long end = place.get(1) + at + FrameLayout.align(Bytes.getInt(bytes, at));
                            found.computeIfAbsent(key(shard, end), _ -> new ArrayList<>())
                                    .add(new Signed(shard, end, bytes, at));
                        }
                    }
                }
            }
        });
        return found;
    }

    static long key(int shard, long end) {
        return (long) shard << 53 | end & (1L << 53) - 1;
    }

    /// @return the ends of the opaque records that any reader must find, those before the first bad frame of each
    ///         segment; null if the input does things that only a reader can judge
    Set<Long> prefixRecords() {
        if (!plain) {
            return null;
        }
        final Set<Long> ends = new HashSet<>();
        headers.forEach((path, header) -> {
            final byte[] bytes = files.get(path);
            final boolean own = bytes.length >= SegmentHeader.HEADER_BYTES
                    && Arrays.equals(
                            bytes, 0, SegmentHeader.BLOCK_BYTES, header.encode(), 0, SegmentHeader.BLOCK_BYTES);
            int at = own ? SegmentHeader.HEADER_BYTES : bytes.length;
            while (at <= bytes.length - 8
                    && isLength(Bytes.getInt(bytes, at), Math.min(bytes.length, header.segmentBytes()) - at)
                    && FrameLayout.align(Bytes.getInt(bytes, at)) <= bytes.length - at
                    && crc(bytes, at, header.seed(), header.base())
                            == Bytes.getInt(bytes, at + FrameLayout.CRC_OFFSET)) {
                final int length = Bytes.getInt(bytes, at);
                if (length >= 16 && bytes[at + FrameLayout.TYPE_OFFSET] == FrameLayout.RECORD) {
                    ends.add(key(header.shard(), header.base() + at + FrameLayout.align(length)));
                }
                at += FrameLayout.align(length);
            }
        });
        return ends;
    }

    int hash() {
        return Arrays.hashCode(input);
    }

    long bytes() {
        return input.length
                + files.values().stream().mapToLong(file -> file.length).sum();
    }

    /// @return a program that makes these segments, for a fuzzer to begin with
    static byte[] program(List<SegmentEditor> segments) {
        final ByteArrayOutputStream program = new ByteArrayOutputStream();
        for (final SegmentEditor segment : segments) {
            final List<SegmentEditor.Frame> frames = segment.frames();
            final int end = frames.isEmpty()
                    ? SegmentHeader.HEADER_BYTES
                    : frames.getLast().end();
            final int length = end - SegmentHeader.HEADER_BYTES;
            program.writeBytes(
                    new byte[] {0, 0, 0, (byte) segment.header.epoch(), 0, (byte) length, (byte) (length >> 8)});
            program.write(segment.bytes, SegmentHeader.HEADER_BYTES, length);
        }
        return program.toByteArray();
    }
}
