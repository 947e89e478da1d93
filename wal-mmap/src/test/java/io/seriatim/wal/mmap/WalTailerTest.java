package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.format.FrameLayout;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalTailerTest {
    private static final long PATIENCE_NS = 20_000_000_000L;

    @TempDir
    private Path directory;

    private final Logs.Texts texts = new Logs.Texts();

    /// Polls until so many records have come.
    private static void pollFor(WalTailer tailer, ReplayHandler handler, List<String> found, int count) {
        final long startNs = System.nanoTime();
        while (found.size() < count) {
            if (tailer.poll(handler) == 0) {
                Thread.yield();
            }
            assertTrue(System.nanoTime() - startNs < PATIENCE_NS, () -> "found=" + found.size() + " of " + count);
        }
    }

    private void pollFor(WalTailer tailer, int count) {
        pollFor(tailer, texts, texts.records, count);
        assertEquals(0, tailer.poll(texts));
    }

    @Test
    @DisplayName("P3: a tailer hands on every record once, in order, across rolls, close and reopen")
    @SuppressWarnings("try") // closing inside is the point
    void shouldFollowWhenWriterRollsClosesAndReopens() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory));
                WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            pollFor(tailer, 0);
            for (int i = 0; i < 1000; i += 50) {
                Logs.appendRange(wal, i, i + 50);
                pollFor(tailer, i + 50);
            }
            wal.close();
            try (MappedWal again = MappedWal.open(Logs.config(directory))) {
                Logs.appendRange(again, 1000, 1300);
                pollFor(tailer, 1300);
            }
            assertEquals(Logs.range(0, 1300), texts.records);
            assertEquals(0, tailer.skippedBytes() % 8);
        }
    }

    @ParameterizedTest(name = "the spare is gone before it is opened: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("P3: a tailer that looks while closing deletes the spares misses nothing of the next epoch")
    void shouldMissNothingWhenItSeesASpareThatClosingDeletes(boolean goneBeforeOpened) throws Exception {
        final AtomicReference<Path> vanishing = new AtomicReference<>();
        final AtomicInteger opened = new AtomicInteger();
        final WatchedStorage mine = new WatchedStorage((call, path) -> {
            // Once to look at its header, once to read it.
            if (call.equals("open") && path.equals(vanishing.get()) && opened.incrementAndGet() == 2) {
                throw new NoSuchFileException(path.toString());
            }
        });
        final WatchedStorage writers = new WatchedStorage((_, _) -> {});
        final MappedWal wal = MappedWal.open(Logs.config(directory), writers, null);
        Logs.appendRange(wal, 0, 10);
        Logs.flush(wal);
        while (wal.doWork() > 0) {
            // Until all spares are there.
        }
        final Path spare = Logs.segments(directory, 0).get(1);
        try (WalTailer tailer = new WalTailer(mine, directory, Checkpoint.of(), false, false)) {
            pollFor(tailer, 10);
            Thread.sleep(60); // it looks for files every 50 ms
            writers.watch((call, path) -> {
                if (call.equals("delete") && WatchedStorage.isSegment(path)) {
                    vanishing.set(goneBeforeOpened ? spare : null);
                    assertEquals(0, tailer.poll(texts));
                    vanishing.set(null);
                }
            });
            wal.close();
            assertTrue(Files.notExists(spare));
            try (MappedWal again = MappedWal.open(Logs.config(directory))) {
                Logs.appendRange(again, 10, 20);
                pollFor(tailer, 20);
            }
        }
        assertEquals(Logs.range(0, 20), texts.records);
    }

    @Test
    void shouldGoOnAtPositionWhenResumed() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Checkpoint position = Checkpoint.of();
            for (int i = 0; i < 500; i += 20) {
                Logs.appendRange(wal, i, i + 20);
                try (WalTailer tailer = MappedWal.tail(directory, position)) {
                    pollFor(tailer, i + 20);
                    position = tailer.position();
                }
            }
            assertEquals(Logs.range(0, 500), texts.records);
        }
    }

    @Test
    void shouldGoOnBehindWhenTruncatedAhead() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory));
                WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            Logs.appendRange(wal, 0, 10);
            pollFor(tailer, 10);
            Logs.appendRange(wal, 10, 1000);
            Logs.flush(wal);
            wal.doWork();
            wal.truncateBefore(wal.durable(0));
            Logs.appendRange(wal, 1000, 1010);

            final long startNs = System.nanoTime();
            while (!texts.records.contains(Logs.range(1009, 1010).getFirst())) {
                tailer.poll(texts);
                assertTrue(System.nanoTime() - startNs < PATIENCE_NS, texts.records::toString);
            }
            assertEquals(
                    Logs.range(1000, 1010), texts.records.subList(texts.records.size() - 10, texts.records.size()));
        }
    }

    @Test
    @DisplayName("P4: a damaged frame in a finished segment is passed over, not waited for")
    void shouldPassDamageWhenSegmentIsSealed() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, 400);
            Logs.flush(wal);
            final SegmentEditor first =
                    SegmentEditor.of(Logs.segments(directory, 0).getFirst());
            first.flip(first.frames(FrameLayout.SAMPLE).get(10).offset() + 20).save();
            try (WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
                pollFor(tailer, 399);
                assertEquals(32, tailer.skippedBytes());
            }
        }
    }

    @Test
    @DisplayName("P3, edge 22: a series that changes its shard with the shard count keeps its order in a tail")
    void shouldKeepOrderWhenShardCountChanges() {
        final List<Labels> series = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            series.add(Labels.of("i", "" + i));
        }
        int time = 0;
        for (final int shards : new int[] {4, 2, 4, 1}) {
            try (MappedWal wal = MappedWal.open(Logs.config(directory).shards(shards))) {
                for (int i = 0; i < 20; i++, time++) {
                    for (final Labels labels : series) {
                        wal.series(labels).append(time, time);
                    }
                }
            }
        }
        try (WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            pollFor(tailer, 80 * series.size());
        }
        for (final Labels labels : series) {
            final List<String> expected = new ArrayList<>();
            for (int i = 0; i < time; i++) {
                expected.add(Logs.text(labels, i, Double.doubleToRawLongBits(i)));
            }
            assertEquals(
                    expected,
                    texts.records.stream()
                            .filter(text -> text.startsWith(labels + " "))
                            .toList());
        }
    }

    @Test
    void shouldFollowWhenShardIsAdded() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, 10);
        }
        try (WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            pollFor(tailer, 10);
            try (MappedWal wal = MappedWal.open(Logs.config(directory).shards(8))) {
                for (int i = 0; i < 40; i++) {
                    wal.series(Labels.of("i", "" + i)).append(i, i);
                }
                pollFor(tailer, 50);
            }
        }
    }

    @Test
    @DisplayName("P3: a tailer beside a writer with threads of its own sees every record once, in order")
    void shouldSeeEveryRecordOnceWhenWriterRunsBeside() throws Exception {
        final int count = 200_000;
        try (MappedWal wal = MappedWal.open(Logs.config(directory)
                        .segmentBytes(256 * 1024)
                        .callerRuns(false)
                        .flushEvery(Duration.ofMillis(1)));
                WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            final AtomicBoolean disorder = new AtomicBoolean();
            final long[] next = {0};
            final Thread writer = Thread.ofPlatform().start(() -> Logs.appendRange(wal, 0, count));
            final long startNs = System.nanoTime();
            while (next[0] < count && System.nanoTime() - startNs < PATIENCE_NS) {
                tailer.poll((labels, samples) -> {
                    disorder.compareAndSet(false, samples.timestamp(0) != next[0]);
                    next[0]++;
                });
            }
            writer.join();
            assertEquals(count, next[0]);
            assertTrue(!disorder.get());
        }
    }

    /// Another process: appends what it is told to.
    static final class Writer {
        public static void main(String[] args) throws Exception {
            try (MappedWal wal = MappedWal.open(Logs.config(Path.of(args[0])).callerRuns(false));
                    BufferedReader in =
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
                System.out.println("ready");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    final String[] range = line.split(" ");
                    Logs.appendRange(wal, Integer.parseInt(range[0]), Integer.parseInt(range[1]));
                    wal.flush();
                }
            }
        }
    }

    @Test
    @DisplayName("P3: a log that another process writes can be tailed, and is locked for writing, naming its pid")
    void shouldFollowWhenWriterIsAnotherProcess() throws Exception {
        try (OtherProcess writer = OtherProcess.start(Writer.class, directory.toString())) {
            assertEquals("ready", writer.readLine());
            try (WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
                writer.writeLine("0 500");
                pollFor(tailer, 500);
                writer.writeLine("500 1000");
                pollFor(tailer, 1000);
                writer.kill();
                try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
                    Logs.appendRange(wal, 1000, 1100);
                    pollFor(tailer, 1100);
                }
            }
        }
        assertEquals(Logs.range(0, 1100), texts.records);
    }
}
