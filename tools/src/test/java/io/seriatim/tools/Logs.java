package io.seriatim.tools;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Real logs to read, and ways to harm them.
public final class Logs {
    public static final int SHARDS = 2;
    public static final int SERIES = 20;
    public static final int SAMPLES = 300;
    public static final long START = 1_700_000_000L;

    private static final int HEADER_BYTES = 4096;
    private static final int BOOT_ID = 96; // offsets in the header: see FORMAT.md
    private static final int HEADER_CRC = 508;
    private static final long[] SPECIALS = {0x7ff0000000000002L, 0x8000000000000000L, 0x7ff0000000000000L};

    private Logs() {}

    public static WalConfig config(Path directory) {
        return WalConfig.at(directory)
                .shards(SHARDS)
                .segmentBytes(32 * 1024)
                .timeUnit(TimeUnit.SECONDS)
                .backpressure(Backpressure.block(Duration.ofSeconds(30)));
    }

    /// A log of several segments, closed.
    public static Path closed(Path directory) {
        try (MappedWal wal = MappedWal.open(config(directory))) {
            fill(wal);
        }
        return directory;
    }

    /// What a log looks like whose process died before anything was forced: a copy of one that is open.
    public static Path killed(Path directory) throws IOException {
        final Path live = directory.resolveSibling(directory.getFileName() + "-live");
        final WalConfig config = config(live).segmentBytes(1 << 20).callerRuns(true);
        try (MappedWal wal = MappedWal.open(config)) {
            fill(wal);
            copy(live, directory);
        }
        return directory;
    }

    /// Every series gets every timestamp once; an opaque record ends each shard.
    public static void fill(MappedWal wal) {
        final SeriesHandle[] handles = new SeriesHandle[SERIES];
        for (int i = 0; i < SERIES; i++) {
            handles[i] = wal.series(labels(i));
        }
        for (int sample = 0; sample < SAMPLES; sample++) {
            for (int i = 0; i < SERIES; i++) {
                handles[i].append(START + sample, value(i, sample));
            }
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            wal.appendRecord(shard, 7, new byte[] {0, 1, 2}, 0, 3);
        }
        wal.append(together());
    }

    public static Labels labels(int series) {
        return Labels.of("__name__", "up", "job", "api", "instance", "host-" + series);
    }

    public static double value(int series, int sample) {
        return sample < SPECIALS.length ? Double.longBitsToDouble(SPECIALS[sample]) : series * 1000 + sample / 4.0;
    }

    private static TimeSeries together() {
        return new TimeSeries() {
            @Override
            public Labels labels() {
                return Labels.of("__name__", "together");
            }

            @Override
            public int count() {
                return 3;
            }

            @Override
            public long timestamp(int index) {
                return START - index;
            }

            @Override
            public double value(int index) {
                return index + 0.5;
            }
        };
    }

    public static List<Path> segments(Path log, int shard) throws IOException {
        try (Stream<Path> files = Files.list(log.resolve("shard-%03d".formatted(shard)))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    /// Flips one bit of a frame in the middle of what is in a segment.
    public static void harmMiddle(Path segment) throws IOException {
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[HEADER_BYTES + (lastFrameByte(bytes) - HEADER_BYTES) / 2] ^= 0x10;
        Files.write(segment, bytes);
    }

    /// Flips one bit of the first frame with labels of the first series, in every segment that has it.
    public static void harmFirstDefinition(Path log) throws IOException {
        for (int shard = 0; shard < SHARDS; shard++) {
            for (final Path segment : segments(log, shard)) {
                final byte[] bytes = Files.readAllBytes(segment);
                final int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("host-3", HEADER_BYTES);
                if (at > 0) {
                    bytes[at] ^= 0x10;
                    Files.write(segment, bytes);
                }
            }
        }
    }

    /// Flips one bit of the last frame of a segment, and lets the machine have been restarted since.
    public static void harmEnd(Path segment) throws IOException {
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[lastFrameByte(bytes)] ^= 0x10;
        bytes[BOOT_ID] ^= 0x10;
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, HEADER_CRC);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(HEADER_CRC, (int) crc.getValue());
        Files.write(segment, bytes);
    }

    private static int lastFrameByte(byte[] bytes) {
        int at = bytes.length - 1;
        while (at >= HEADER_BYTES && bytes[at] == 0) {
            at--;
        }
        if (at < HEADER_BYTES) {
            throw new IllegalArgumentException("segment without frames");
        }
        return at;
    }

    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    /// @return the content of every file
    public static Map<Path, String> contents(Path log) throws IOException {
        final Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(log)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        log.relativize(file),
                        Files.getLastModifiedTime(file) + " " + java.util.Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
