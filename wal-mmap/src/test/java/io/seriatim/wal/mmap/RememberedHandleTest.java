package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Labels remember the handle of the log that met them; a wrong one must never be used.
class RememberedHandleTest {
    private final Labels labels = Labels.of("__name__", "up", "job", "api");

    @TempDir
    private Path directory;

    private MappedWal open(String name) {
        return MappedWal.open(WalConfig.at(directory.resolve(name)).segmentBytes(64 * 1024));
    }

    @Test
    void shouldFindTheSameSeriesWhetherTheObjectIsKnownOrOnlyItsBytes() {
        try (MappedWal wal = open("a")) {
            final SeriesHandle handle = wal.series(labels);

            assertSame(handle, wal.series(labels));
            assertSame(handle, wal.series(Labels.of("__name__", "up", "job", "api")));
        }
    }

    @Test
    void shouldUseItsOwnHandleWhenTwoLogsShareLabels() {
        try (MappedWal a = open("a");
                MappedWal b = open("b")) {
            final SeriesHandle inA = a.series(labels);
            final SeriesHandle inB = b.series(labels);

            assertNotSame(inA, inB);
            assertSame(inA, a.series(labels));
            assertSame(inB, b.series(labels));
            assertSame(inA, labels.remembered());
        }
    }

    @Test
    void shouldRegisterAgainWhenTheSeriesWasEvicted() {
        try (MappedWal wal = open("a")) {
            final SeriesHandle before = wal.series(labels);
            wal.evictIdle(Checkpoint.of(Lsn.of(0, Lsn.POSITION_LIMIT - 1)));

            final SeriesHandle after = wal.series(labels);
            assertNotSame(before, after);
            assertSame(after, labels.remembered());
        }
    }

    @Test
    void shouldNotUseAClosedLogsHandle() {
        final SeriesHandle old;
        try (MappedWal wal = open("a")) {
            old = wal.series(labels);
        }

        assertThrows(WalClosedException.class, () -> old.append(1, 1));
        try (MappedWal wal = open("a")) {
            assertNotSame(old, wal.series(labels));
            assertSame(wal.series(labels), labels.remembered());
        }
    }
}
