package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogInspectorTest {
    private static final int RECORDS = 3000;

    @TempDir
    private Path parent;

    private Path log;

    /// What a visitor is told of one segment.
    private static final class Told {
        private int end = SegmentHeader.HEADER_BYTES;
        private int records;
        private int gaps;
        private int rest = -1;
    }

    /// Sees to it that the parts of a segment follow one another.
    private static final class Tiles implements SegmentVisitor {
        private final Map<Path, Told> segments = new ConcurrentHashMap<>();

        @Override
        public void onSegment(InspectedSegment segment, boolean read) {
            assertNull(segments.put(segment.file(), new Told()));
        }

        @Override
        public void onFrame(InspectedSegment segment, InspectedFrame frame) {
            final Told told = segments.get(segment.file());
            assertEquals(told.end, frame.offset());
            assertEquals(segment.header().base() + frame.offset(), frame.position());
            assertTrue(frame.isPad() || frame.array()[frame.arrayOffset() + 8] == frame.type());
            told.end += frame.alignedLength();
            told.records += frame.type() >= FrameLayout.SAMPLE && frame.type() <= FrameLayout.RECORD ? 1 : 0;
        }

        @Override
        public void onGap(InspectedSegment segment, int offset, int length, Damage.Kind kind) {
            final Told told = segments.get(segment.file());
            assertEquals(told.end, offset);
            told.end += length;
            told.gaps++;
        }

        @Override
        public void onRest(InspectedSegment segment, int offset) {
            final Told told = segments.get(segment.file());
            assertEquals(told.end, offset);
            told.rest = offset;
        }
    }

    @BeforeEach
    void setUp() {
        log = parent.resolve("wal");
        final WalConfig config =
                WalConfig.at(log).shards(2).segmentBytes(16 * 1024).timeUnit(TimeUnit.SECONDS);
        try (MappedWal wal = MappedWal.open(config)) {
            for (int i = 0; i < RECORDS; i++) {
                wal.series(Labels.of("n", "s" + i % 9)).append(i, i);
            }
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.walk(log)) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path file, int offset) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 4;
        Files.write(file, bytes);
    }

    @Test
    void shouldTellEveryPartOfEverySegmentOnce() throws IOException {
        flip(segments().getFirst(), 8000);
        for (final int threads : new int[] {1, 4}) {
            final Tiles tiles = new Tiles();
            final ReplayOptions options = ReplayOptions.defaults().threads(threads);

            final ReplayReport report = LogInspector.inspect(log, options, (_, _) -> {}, tiles);

            assertEquals(MappedWal.replay(log, options, (_, _) -> {}), report);
            assertEquals(segments().size(), tiles.segments.size());
            assertEquals(
                    report.records(),
                    tiles.segments.values().stream()
                            .mapToInt(told -> told.records)
                            .sum());
            assertEquals(
                    1,
                    tiles.segments.values().stream().mapToInt(told -> told.gaps).sum());
            tiles.segments.values().forEach(told -> assertTrue(told.rest > 0));
        }
    }

    @Test
    void shouldWalkOneSegmentAsTheLogIsRead() throws IOException {
        flip(segments().get(1), 9000);
        final Tiles whole = new Tiles();
        LogInspector.inspect(log, ReplayOptions.defaults(), (_, _) -> {}, whole);
        final Tiles single = new Tiles();

        for (final Path file : segments()) {
            LogInspector.walk(LogInspector.segment(file), single);
        }

        assertEquals(describe(whole), describe(single));
    }

    private static Map<Path, List<Integer>> describe(Tiles tiles) {
        final Map<Path, List<Integer>> all = new HashMap<>();
        tiles.segments.forEach((file, told) -> all.put(file, List.of(told.end, told.records, told.gaps, told.rest)));
        return all;
    }

    @Test
    void shouldRefuseOtherPolicies() {
        for (final ReplayPolicy policy : List.of(ReplayPolicy.STRICT, ReplayPolicy.PREFIX)) {
            final ReplayOptions options = ReplayOptions.defaults().policy(policy);

            assertThrows(
                    IllegalArgumentException.class,
                    () -> LogInspector.inspect(log, options, (_, _) -> {}, new Tiles()));
        }
    }

    @Test
    void shouldSayWhatTheLogSaysOfItself() throws IOException {
        final InspectedLog found = LogInspector.log(log);

        assertEquals(TimeUnit.SECONDS, found.timeUnit());
        assertEquals(2, found.shards());
        assertEquals(16 * 1024, found.segmentBytes());
        assertEquals("", found.metaProblem());
        assertEquals(
                segments(),
                found.segments().stream().map(InspectedSegment::file).toList());

        Files.delete(log.resolve("wal.meta"));

        assertEquals(TimeUnit.SECONDS, LogInspector.log(log).timeUnit());
        assertFalse(LogInspector.log(log).metaProblem().isEmpty());
        assertThrows(NotALogException.class, () -> LogInspector.log(parent.resolve("missing")));
    }

    @Test
    void shouldUseWhatTheNeighboursSayOnlyAmongThem() throws IOException {
        final Path file = segments().get(1);
        final SegmentHeader header = LogInspector.segment(file).header();
        final byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 0, 4096, (byte) 0);
        Files.write(file, bytes);

        final InspectedSegment among = LogInspector.segment(file);
        final InspectedSegment alone = LogInspector.segment(Files.copy(file, parent.resolve("copy.seg")));

        assertTrue(among.isInferred());
        assertEquals(header.base(), among.header().base());
        assertEquals(header.epochId(), among.header().epochId());
        assertNull(alone.header());
        assertEquals(Damage.Kind.BAD_HEADER, alone.problem());
        final List<Boolean> read = new ArrayList<>();
        LogInspector.walk(alone, new SegmentVisitor() {
            @Override
            public void onSegment(InspectedSegment segment, boolean isRead) {
                read.add(isRead);
            }
        });
        assertEquals(List.of(false), read);
    }

    @Test
    void shouldReadACopyThatLiesAnywhereByItsOwnHeader() throws IOException {
        final Path file = segments().getLast();

        final InspectedSegment copy = LogInspector.segment(Files.copy(file, parent.resolve("anything")));

        assertNotNull(copy.header());
        assertNull(copy.problem());
        assertEquals(LogInspector.segment(file).header(), copy.header());
        assertThrows(WalIoException.class, () -> LogInspector.segment(parent.resolve("missing")));
    }

    @Test
    void shouldSayOfASegmentInAWrongPlaceWhereItBelongs() throws IOException {
        final Path other = parent.resolve("other");
        try (MappedWal wal = MappedWal.open(WalConfig.at(other).segmentBytes(8192))) {
            wal.series(Labels.of("n", "s")).append(1, 1);
        }
        final Path place = segments().get(1);
        Files.delete(place);
        Files.copy(other.resolve("shard-000/0000000000000000.seg"), place);

        final InspectedSegment stranger = LogInspector.segment(place);

        assertEquals(Damage.Kind.FOREIGN_SEGMENT, stranger.problem());
        assertEquals(0, stranger.header().sequence());
    }
}
