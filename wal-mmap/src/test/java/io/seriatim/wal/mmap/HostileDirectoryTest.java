package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SamplesEncoder;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole directories that somebody has got at. The crowded ones are read in a JVM of 48 MiB.
@Tag("crash")
@Timeout(300)
class HostileDirectoryTest {
    private static final int SECTOR = 512;

    @TempDir
    private Path directory;

    /// Reads a log and opens it, in a JVM of its own.
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) {
            final Path log = Path.of(arguments[0]);
            final ReplayReport report =
                    MappedWal.replay(log, ReplayOptions.defaults().memoryBytes(1 << 20), (_, _) -> {});
            System.out.println(report.records() + " records " + report.state());
            try (MappedWal wal = MappedWal.open(Logs.config(log))) {
                Logs.appendRange(wal, 1_000_000, 1_000_003);
            }
        }
    }

    private String readInSmallHeap(Path log) throws Exception {
        final Child.End end = Child.run(
                Child.of(List.of("-Xmx48m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"), Reader.class, log),
                directory);
        assertEquals("", end.err());
        assertEquals(0, end.exit());
        return end.out().strip();
    }

    private static SegmentEditor blank(Path log, int shard, int shards, long sequence, long epoch, int bytes)
            throws Exception {
        final SegmentHeader header = new SegmentHeader(
                new UUID(1, 2),
                shard,
                shards,
                1000 + epoch,
                epoch,
                sequence,
                sequence - 1,
                sequence * bytes,
                bytes,
                TimeUnit.MILLISECONDS,
                0,
                new UUID(0, 0));
        return SegmentEditor.blank(
                LogFiles.segment(Files.createDirectories(LogFiles.shard(log, shard)), sequence), header);
    }

    @Test
    @Tag("slow")
    @DisplayName("P12: 10,000 files that are no segments beside a log")
    void shouldReadWhenThereAre10000JunkFiles() throws Exception {
        final Path log = directory.resolve("log");
        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            Logs.appendRange(wal, 0, 300);
        }
        final Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            final byte[] junk = new byte[random.nextInt(64)];
            random.nextBytes(junk);
            Files.write(LogFiles.segment(LogFiles.shard(log, 0), 100 + i), junk);
        }
        assertEquals("300 records DAMAGED", readInSmallHeap(log));
        assertTrue(Logs.replay(log).records().containsAll(Logs.range(1_000_000, 1_000_003)));
    }

    @Test
    @DisplayName("P12: a verdict, a gap and an orphan in each of 2,000 segments, two epochs in turn")
    void shouldReadWhenEverySegmentNeedsTheOthers() throws Exception {
        final Path log = directory.resolve("log");
        for (int i = 0; i < 2000; i++) {
            final SegmentEditor segment = blank(log, 0, 1, i, i % 2, Logs.SEGMENT_BYTES);
            final SamplesEncoder encoder = new SamplesEncoder();
            final long[] fields = new Verdict(0, 0, 8, 0, List.of()).fields();
            int at = segment.put(4096, encoder, encoder.fields(FrameLayout.VERDICT, 0, 0, fields, fields.length));
            at = segment.putSample(at, 5, i);
            segment.bytes[at] = 64; // no frame
            at = segment.putSample(at + 64, 5, i);
            segment.putSample(at, 5, i);
            segment.save();
        }
        assertEquals("0 records DAMAGED", readInSmallHeap(log));
    }

    @Test
    @Tag("slow")
    @DisplayName("P12: 1,024 shards, and an epoch of another number of them in each of 3,000 segments")
    void shouldReadWhenShardCountChangesAllTheTime() throws Exception {
        final Path log = directory.resolve("log");
        for (int shard = 1; shard < 1024; shard++) {
            blank(log, shard, 1024, 0, 0, Logs.SEGMENT_BYTES).save(SegmentHeader.HEADER_BYTES);
        }
        for (int i = 0; i < 3000; i++) {
            blank(log, 0, 1 + i % 2, i, i, Logs.SEGMENT_BYTES).save(SegmentHeader.HEADER_BYTES);
        }
        assertTrue(readInSmallHeap(log).startsWith("0 records"));
    }

    @Test
    @Tag("slow")
    @DisplayName("P12: sparse files of 1 GiB with a segment's name, with a header and without")
    void shouldReadWhenFilesAreSparse() throws Exception {
        final Path log = directory.resolve("log");
        final SegmentEditor first = blank(log, 0, 1, 0, 0, Logs.SEGMENT_BYTES);
        first.save();
        for (int i = 1; i < 4; i++) {
            final Path file = LogFiles.segment(LogFiles.shard(log, 0), i);
            final SegmentHeader h = first.header;
            final byte[] header = new SegmentHeader(
                            h.walId(),
                            0,
                            1,
                            h.epochId(),
                            0,
                            i,
                            i - 1,
                            (long) i << 30,
                            1 << 30,
                            h.timeUnit(),
                            0,
                            h.bootId())
                    .encode();
            Files.write(file, i == 2 ? new byte[0] : header);
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {16}), (1 << 30) - 16);
            }
        }
        assertTrue(readInSmallHeap(log).startsWith("0 records"));
    }

    /// Two logs of two shards and two epochs each, whose files are then mixed.
    private Path mixed(String name, int from) {
        final Path log = directory.resolve(name);
        for (int epoch = 0; epoch < 2; epoch++) {
            try (MappedWal wal = MappedWal.open(Logs.config(log).shards(2))) {
                for (int i = 0; i < 200; i++) {
                    wal.series(Labels.of("log", name, "i", "" + i % 5)).append(from + 1000L * epoch + i, i);
                    wal.appendRecord(i % 2, from + 1000 * epoch + i, new byte[i], 0, i);
                }
            }
        }
        return log;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("P3, P4: segments swapped, duplicated, spliced, cut and extended, within a log and between two")
    void shouldInventNothingWhenFilesAreMixed(long seed) throws Exception {
        final Path one = mixed("one", 0);
        final Path other = mixed("other", 500_000);
        final List<String> written = Logs.replay(one).records();
        final Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            final Path copy = Logs.copy(one, directory.resolve("round"));
            final List<Path> files = new ArrayList<>(Logs.segments(copy, 0));
            files.addAll(Logs.segments(copy, 1));
            final List<Path> foreign = new ArrayList<>(Logs.segments(other, 0));
            foreign.addAll(Logs.segments(other, 1));
            final int changes = random.nextInt(1, 4);
            for (int i = 0; i < changes; i++) {
                mix(random, files, foreign);
            }
            final String at = "seed=" + seed + " round=" + round;
            final Logs.Replayed replayed = Logs.replay(copy);
            final Set<String> known = new HashSet<>(written);
            for (final String record : replayed.records()) {
                assertTrue(known.remove(record), () -> at + " invented or doubled " + record);
            }
            final boolean allThere = replayed.records().size() == written.size();
            assertTrue(
                    allThere || replayed.state() == ReplayReport.State.DAMAGED,
                    () -> at + " lost in silence: " + replayed.damages());
            Logs.delete(copy);
        }
    }

    private static void mix(Random random, List<Path> files, List<Path> foreign) throws Exception {
        final Path file = files.get(random.nextInt(files.size()));
        final Path second = files.get(random.nextInt(files.size()));
        final byte[] bytes = Files.readAllBytes(file);
        final byte[] from = Files.readAllBytes(second);
        final int sectors = Logs.SEGMENT_BYTES / SECTOR;
        switch (random.nextInt(8)) {
            case 0 -> { // swapped, perhaps with another shard's or epoch's
                Files.write(file, from);
                Files.write(second, bytes);
            }
            case 1 ->
                Files.copy(foreign.get(random.nextInt(foreign.size())), file, StandardCopyOption.REPLACE_EXISTING);
            case 2 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case 3 -> Files.write(file, Arrays.copyOf(bytes, bytes.length + random.nextInt(3 * SECTOR)));
            case 4 ->
                splice(bytes, bytes, random.nextInt(sectors) * SECTOR, random.nextInt(sectors) * SECTOR, SECTOR, file);
            case 5 ->
                splice(from, bytes, random.nextInt(sectors) * SECTOR, random.nextInt(sectors) * SECTOR, SECTOR, file);
            case 6 -> {
                // The same place of another log's segment.
                final byte[] strange = Files.readAllBytes(foreign.get(random.nextInt(foreign.size())));
                final int at = SegmentHeader.HEADER_BYTES + 8 * random.nextInt(256);
                splice(strange, bytes, at, at, random.nextInt(2048), file);
            }
            default ->
                splice(
                        from,
                        bytes,
                        8 * random.nextInt(bytes.length / 8),
                        8 * random.nextInt(bytes.length / 8),
                        random.nextInt(4096),
                        file);
        }
    }

    private static void splice(byte[] from, byte[] to, int source, int target, int length, Path file) throws Exception {
        final int count = Math.min(length, Math.min(from.length - source, to.length - target));
        if (count > 0) {
            System.arraycopy(from, source, to, target, count);
            Files.write(file, to);
        }
    }
}
