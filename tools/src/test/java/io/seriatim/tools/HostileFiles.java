package io.seriatim.tools;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// The files of a real log, harmed a few times, as somebody would who knows the format: numbers of his choice stand in
/// frames and headers whose checksums are right.
final class HostileFiles {
    private static final long[] NUMBERS = {
        -1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, 0x7fff_ffff, 0xffff_ffffL, 8, 1 << 24
    };
    private static final List<String> NAMES = List.of(
            "shard-000/7fffffffffffffff.seg", "shard-1023/0000000000000000.seg", "wal.meta", "shard-000/\u001b[2J.seg");

    private final Map<String, byte[]> files;
    private final RandomGenerator random;

    private HostileFiles(Map<String, byte[]> files, RandomGenerator random) {
        this.files = files;
        this.random = random;
    }

    /// @return the files of a log, by their names within it
    static Map<String, byte[]> of(Path log) throws IOException {
        final Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(log)) {
            for (final Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(log.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    /// Harms a copy of these files, and writes it.
    static void write(Map<String, byte[]> files, RandomGenerator random, Path directory) throws IOException {
        final HostileFiles hostile = new HostileFiles(new TreeMap<>(files), random);
        for (int steps = random.nextInt(1, 6); steps > 0 && !hostile.files.isEmpty(); steps--) {
            hostile.step();
        }
        Files.createDirectories(directory);
        for (final Map.Entry<String, byte[]> file : hostile.files.entrySet()) {
            final Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    private String any() {
        return List.copyOf(files.keySet()).get(random.nextInt(files.size()));
    }

    private void step() {
        final String name = any();
        final byte[] bytes = files.get(name).clone();
        files.put(name, bytes);
        switch (random.nextInt(8)) {
            case 0 -> files.remove(name);
            case 1 -> files.put(name, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            case 2 -> files.put(name, files.get(any()));
            case 3 -> files.put(NAMES.get(random.nextInt(NAMES.size())), bytes);
            case 4 -> {
                final int from = random.nextInt(bytes.length + 1);
                Arrays.fill(bytes, from, Math.min(bytes.length, from + random.nextInt(2000)), (byte) 0);
            }
            case 5 -> number(bytes, 0, Math.min(bytes.length, SegmentHeader.BLOCK_BYTES));
            default -> number(bytes, Math.min(bytes.length, SegmentHeader.HEADER_BYTES), bytes.length);
        }
    }

    /// Puts a number of 1, 4 or 8 bytes somewhere in `[from, to)`, and often makes the checksum above it right.
    private void number(byte[] bytes, int from, int to) {
        if (to - from < Long.BYTES) {
            return;
        }
        final int at = from + random.nextInt(to - from - Long.BYTES + 1) / 4 * 4;
        final long number = random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextLong();
        switch (random.nextInt(3)) {
            case 0 -> bytes[at] = (byte) number;
            case 1 -> Bytes.putInt(bytes, at, (int) number);
            default -> Bytes.putLong(bytes, at, number);
        }
        if (random.nextInt(4) > 0 && bytes.length > SegmentHeader.HEADER_BYTES) {
            sign(bytes, at);
        }
    }

    private static void sign(byte[] bytes, int changed) {
        if (changed < SegmentHeader.CRC_OFFSET) {
            Bytes.putInt(bytes, SegmentHeader.CRC_OFFSET, crc(bytes, 0, SegmentHeader.CRC_OFFSET));
            return;
        }
        final SegmentHeader header;
        try {
            header = SegmentHeader.decode(Arrays.copyOf(bytes, SegmentHeader.BLOCK_BYTES));
        } catch (MalformedFrameException _) {
            return;
        }
        int at = SegmentHeader.HEADER_BYTES;
        while (at <= bytes.length - FrameLayout.PAYLOAD_OFFSET) {
            final int length = Bytes.getInt(bytes, at);
            if (length < FrameLayout.SHORT_PAD_LENGTH || length > bytes.length - at) {
                return;
            }
            final int end = at + FrameLayout.align(length);
            if (changed < end && end <= bytes.length) {
                final boolean pad = length < 16 || bytes[at + FrameLayout.TYPE_OFFSET] == FrameLayout.PAD;
                final int covered = pad ? Math.min(length, FrameLayout.PAYLOAD_OFFSET) : end - at;
                final int crc = crc(bytes, at + FrameLayout.TYPE_OFFSET, at + covered)
                        ^ FrameSeed.at(header.seed(), header.base() + at, length);
                Bytes.putInt(bytes, at + FrameLayout.CRC_OFFSET, crc);
                return;
            }
            at = end;
        }
    }

    private static int crc(byte[] bytes, int from, int to) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
