package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Durability;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.Replayed.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Batches: atomic in a shard, refused before anything is logged, discarded unless committed.
@Timeout(60)
@ExtendWith(QuietLog.class)
class BatchTest {
    private static final int SHARDS = 2;

    @TempDir
    private Path directory;

    private WalConfig config() {
        return WalConfig.at(directory).shards(SHARDS).segmentBytes(8 * 1024);
    }

    /// @return handles of series that live in one shard
    private static List<SeriesHandle> seriesOf(MappedWal wal, int shard, int count, String padding) {
        final List<SeriesHandle> found = new ArrayList<>();
        for (int i = 0; found.size() < count; i++) {
            final SeriesHandle handle = wal.series(Labels.of("i", "" + i, "padding", padding));
            if (handle.shard() == shard) {
                found.add(handle);
            }
        }
        return found;
    }

    @Test
    void shouldLogNothingWhenCloseComesWithoutCommit() {
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle one = wal.series(Labels.of("a", "b"));
            try (Batch batch = wal.batch()) {
                batch.add(one, 1, 1);
                assertEquals(1, batch.size());
            }
            try (Batch batch = wal.batch()) {
                assertEquals(0, batch.size());
                final LsnVector nothing = batch.commit();
                assertEquals(0, Lsn.position(nothing.lsn(0)));
            }
        }
        assertEquals(0, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("A batch that is too long in one shard logs nothing in any, new series included")
    void shouldLogNothingWhenOneShardsPartIsTooLong() {
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle fits = seriesOf(wal, 0, 1, "").getFirst();
            try (Batch batch = wal.batch()) {
                batch.add(fits, 1, 1);
                // Nothing but their definitions makes it too long: 10 x 500 bytes, and a frame takes 4096.
                for (final SeriesHandle big : seriesOf(wal, 1, 10, "x".repeat(500))) {
                    batch.add(big, 1, 1);
                }
                assertThrows(IllegalArgumentException.class, batch::commit);
            }
            fits.append(2, 2);
        }
        assertEquals(1, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("P3: an Error in one shard's append does not let a second commit double another's")
    void shouldEmptyTheBatchWhenAnErrorEndsTheCommit() {
        final AtomicBoolean fail = new AtomicBoolean();
        final Thread test = Thread.currentThread();
        final ClaimHook hook = (shard, _) -> {
            if (fail.get() && shard == 1 && Thread.currentThread() == test) {
                throw new OutOfMemoryError("simulated");
            }
        };
        try (MappedWal wal = MappedWal.open(config(), FileStorage.INSTANCE, hook);
                Batch batch = wal.batch()) {
            batch.add(seriesOf(wal, 0, 1, "").getFirst(), 1, 1);
            batch.add(seriesOf(wal, 1, 1, "").getFirst(), 1, 1);
            fail.set(true);
            assertThrows(OutOfMemoryError.class, batch::commit);
            fail.set(false);
            assertEquals(0, batch.size());
            batch.commit();
        }
        assertEquals(1, Replayed.of(directory).samples);
    }

    @Test
    void shouldKeepTheOrderWithinEachSeriesWhenSeriesAlternate() {
        final List<Sample> expected = new ArrayList<>();
        final Labels a = Labels.of("s", "a");
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle one = wal.series(a);
            final SeriesHandle two = wal.series(Labels.of("s", "b"));
            for (int round = 0; round < 200; round++) {
                try (Batch batch = wal.batch()) {
                    for (int i = 0; i < 20; i++) {
                        batch.add(i % 3 == 0 ? two : one, -i, i);
                        if (i % 3 != 0) {
                            expected.add(Sample.of(-i, i));
                        }
                    }
                    batch.commit();
                }
            }
        }
        assertEquals(expected, Replayed.of(directory).of(a));
    }

    @Test
    @DisplayName("P2: a commit of a GROUP log returns when every shard's part is durable")
    void shouldBeDurableWhenTheLogIsAGroupOne() {
        try (MappedWal wal = MappedWal.open(config().durability(Durability.GROUP));
                Batch batch = wal.batch()) {
            for (int shard = 0; shard < SHARDS; shard++) {
                batch.add(seriesOf(wal, shard, 1, "").getFirst(), 1, 1);
            }
            final LsnVector lsns = batch.commit();
            for (int shard = 0; shard < SHARDS; shard++) {
                assertNotEquals(0, Lsn.position(lsns.lsn(shard)));
                assertTrue(wal.durable(shard) >= lsns.lsn(shard));
            }
        }
    }

    @Test
    void shouldRefuseTheHandleWhenItIsOfAnotherLog() {
        try (MappedWal wal = MappedWal.open(config());
                MappedWal other = MappedWal.open(WalConfig.at(directory.resolve("other")));
                Batch batch = wal.batch()) {
            final SeriesHandle foreign = other.series(Labels.of("a", "b"));
            assertThrows(IllegalArgumentException.class, () -> batch.add(foreign, 1, 1));
            assertThrows(IllegalArgumentException.class, () -> batch.add(null, 1, 1));
        }
    }

    @Test
    void shouldRefuseEverythingWhenTheBatchIsClosed() {
        try (MappedWal wal = MappedWal.open(config())) {
            final Batch batch = wal.batch();
            final SeriesHandle one = wal.series(Labels.of("a", "b"));
            batch.close();
            batch.close();
            assertThrows(IllegalStateException.class, () -> batch.add(one, 1, 1));
            assertThrows(IllegalStateException.class, batch::commit);
        }
    }
}
