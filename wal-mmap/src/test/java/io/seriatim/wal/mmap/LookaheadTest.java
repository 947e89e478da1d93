package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One shard read by more than one thread, in pieces of 8 KiB, against the same read by one.
@Timeout(60)
class LookaheadTest {
    private static final int THREADS = 3;
    private static final int SEGMENT_BYTES = 512 * 1024;

    @TempDir
    private Path directory;

    /// @return what a replay hands on and reports, in order
    private List<String> read(int threads) {
        final ReplayOptions options =
                ReplayOptions.defaults().memoryBytes(threads * 64L * 1024).threads(threads);
        final Logs.Replayed replayed = Logs.replay(directory, options);
        final List<String> lines = new ArrayList<>(replayed.records());
        lines.addAll(replayed.orphans());
        lines.add(replayed.report().toString());
        return lines;
    }

    /// Two segments and a piece, of small frames, and now and then, not at first, one that no piece can hold.
    private void fill(SplittableRandom random) {
        try (MappedWal wal = MappedWal.open(Logs.config(directory).segmentBytes(SEGMENT_BYTES))) {
            int longOnes = 0;
            for (int i = 0; wal.stats().shards().getFirst().tail() < 2.5 * SEGMENT_BYTES; i++) {
                wal.series(Labels.of("i", "" + random.nextInt(100))).append(i, i);
                if (random.nextInt(200) == 0) {
                    wal.appendRecord(0, 1, new byte[300], 0, random.nextInt(300));
                }
                if (i > 5_000 && random.nextInt(3_000) == 0) {
                    wal.appendRecord(0, 1, new byte[12_000], 0, 12_000);
                    longOnes++;
                }
                if (i % 1_000 == 0) {
                    Logs.flush(wal);
                }
                wal.doWork();
            }
            assertTrue(longOnes > 0);
        }
    }

    @Test
    void shouldHandOnTheSameWhenNothingIsDamaged() {
        fill(new SplittableRandom(1));
        final List<String> alone = read(1);
        assertTrue(alone.size() > 10_000, () -> "lines=" + alone.size());
        assertEquals(alone, read(THREADS));
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 5})
    void shouldHandOnTheSameWhenBytesAreDamaged(long seed) throws IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        fill(random);
        final List<String> sound = read(1);
        for (final Path file : Logs.segments(directory, 0)) {
            final byte[] bytes = Files.readAllBytes(file);
            for (int i = 0; i < 5; i++) {
                bytes[random.nextInt(4096, bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, bytes);
        }
        final List<String> alone = read(1);
        assertFalse(sound.equals(alone));
        assertEquals(alone, read(THREADS));
    }

    @Test
    void shouldHandOnTheSameWhenASegmentEndsEarly() throws IOException {
        fill(new SplittableRandom(6));
        final Path first = Logs.segments(directory, 0).getFirst();
        Files.write(first, Arrays.copyOf(Files.readAllBytes(first), SEGMENT_BYTES / 3));
        assertEquals(read(1), read(THREADS));
    }

    /// What was checked is what is handed on, whatever becomes of the file.
    @Test
    void shouldHandOnWhatWasCheckedWhenTheFileChangesMeanwhile() throws Exception {
        fill(new SplittableRandom(7));
        final Path path = Logs.segments(directory, 0).getFirst();
        final SegmentFile segment = segment(path);
        try (StorageFile file = FileStorage.INSTANCE.open(path, false)) {
            final Lookahead lookahead = new Lookahead(8 * 1024);
            lookahead.begin(file, segment);
            final Thread checking = checkUntilFull(lookahead);
            Files.write(path, new byte[SEGMENT_BYTES]);
            final FrameScanner scanner = new FrameScanner(8 * 1024);
            scanner.open(file, segment);
            scanner.follow(lookahead);
            int end = 0;
            while (scanner.next() == FrameScanner.FRAME) {
                end = scanner.offset() + scanner.length();
            }
            lookahead.end();
            checking.join();
            final int pieces = end / (8 * 1024);
            assertTrue(pieces >= Lookahead.DEPTH - 1 && pieces <= Lookahead.DEPTH + 2, () -> "pieces=" + pieces);
        }
    }

    /// Returns when it holds as many pieces as it may.
    private static Thread checkUntilFull(Lookahead lookahead) {
        final Thread checking = Thread.ofPlatform().start(() -> {
            try {
                lookahead.run();
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
        });
        while (checking.getState() != Thread.State.WAITING) {
            assertTrue(checking.isAlive(), "nothing to wait for");
            Thread.onSpinWait();
        }
        return checking;
    }

    private SegmentFile segment(Path path) throws IOException {
        return LogDirectory.read(FileStorage.INSTANCE, directory).shards().get(0).stream()
                .filter(each -> each.file().equals(path))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldEndCheckingWhenNobodyTakes() throws Exception {
        fill(new SplittableRandom(8));
        final Path path = Logs.segments(directory, 0).getFirst();
        try (StorageFile file = FileStorage.INSTANCE.open(path, false)) {
            final Lookahead lookahead = new Lookahead(8 * 1024);
            lookahead.begin(file, segment(path));
            final Thread checking = checkUntilFull(lookahead);
            lookahead.end();
            checking.join();
        }
    }
}
