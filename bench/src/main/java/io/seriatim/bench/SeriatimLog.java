package io.seriatim.bench;

import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;

/// Seriatim with its defaults: 64 MiB segments, checksums, its own flusher forcing every 5 ms. One log for all
/// repetitions; between them everything is flushed and truncated.
///
/// An append that returned is in the page cache, so there is nothing to drain.
abstract class SeriatimLog implements Contender {
    final Wal wal;
    private long startBytes;

    SeriatimLog(Path directory, int shards) {
        wal = MappedWal.open(
                WalConfig.at(directory.resolve("wal")).shards(shards).flushEvery(Duration.ofMillis(5)));
    }

    @Override
    public void begin() {
        startBytes = positions();
    }

    private long positions() {
        return wal.stats().shards().stream().mapToLong(shard -> shard.tail()).sum();
    }

    @Override
    public void drain() {}

    @Override
    public long bytes() {
        return positions() - startBytes;
    }

    @Override
    public void discard() throws IOException {
        try {
            wal.flush();
        } catch (InterruptedException interrupted) {
            throw new InterruptedIOException(interrupted.getMessage());
        }
        wal.truncateBefore(wal.checkpoint());
    }

    @Override
    public void close() {
        wal.close();
    }

    /// Appends the series object itself: the log looks the series up by its labels.
    static final class Whole extends SeriatimLog {
        Whole(Path directory, int shards) {
            super(directory, shards);
        }

        @Override
        public void append(BenchSeries series) {
            wal.append(series);
        }
    }

    /// Appends through the handle that the engine keeps in its series object.
    static final class ByHandle extends SeriatimLog {
        ByHandle(Path directory, int shards) {
            super(directory, shards);
        }

        @Override
        public void append(BenchSeries series) {
            if (series.handle == null) {
                series.handle = wal.series(series.labels());
            }
            series.handle.append(series.timestamp(0), series.value(0));
        }
    }
}
