package io.seriatim.bench;

import io.seriatim.wal.Batch;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.SeriesHandle;
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
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    final Wal wal;
    private final Path directory;
    private final int shards;
    private long startBytes;

    SeriatimLog(Setup setup) {
        directory = setup.directory().resolve("wal");
        shards = setup.shards();
        wal = MappedWal.open(WalConfig.at(directory).shards(shards).flushEvery(Duration.ofMillis(5)));
    }

    @Override
    public void begin() {
        startBytes = positions();
    }

    /// @return the item's lsn
    abstract long logged(BenchSeries series);

    final SeriesHandle handle(BenchSeries series) {
        if (series.handle == null) {
            series.handle = wal.series(series.labels());
        }
        return series.handle;
    }

    @Override
    public void scrape(BenchSeries[] series, long timestamp) {
        try (Batch batch = wal.batch()) {
            for (final BenchSeries each : series) {
                batch.add(handle(each), timestamp, each.value(0));
            }
            batch.commit();
        }
    }

    /// With one shard: an lsn says nothing about other shards.
    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        long lsn = 0;
        for (int i = from; i < from + count; i++) {
            lsn = logged(series[i]);
        }
        try {
            if (!wal.awaitDurable(lsn, TIMEOUT)) {
                throw new IOException("not durable in time: timeout=" + TIMEOUT);
            }
        } catch (InterruptedException interrupted) {
            throw new InterruptedIOException(interrupted.getMessage());
        }
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
    public void seal() {
        wal.close();
    }

    @Override
    public ReplaySum replay(int threads, boolean knownLabels) {
        final ReplayOptions options = ReplayOptions.defaults().threads(threads);
        final SeriatimReader reader = new SeriatimReader(knownLabels, shards);
        MappedWal.replay(directory, options, reader);
        return reader.sum();
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
        Whole(Setup setup) {
            super(setup);
        }

        @Override
        public void append(BenchSeries series) {
            logged(series);
        }

        @Override
        long logged(BenchSeries series) {
            return wal.append(series);
        }
    }

    /// Appends through the handle that the engine keeps in its series object.
    static final class ByHandle extends SeriatimLog {
        ByHandle(Setup setup) {
            super(setup);
        }

        @Override
        public void append(BenchSeries series) {
            logged(series);
        }

        @Override
        long logged(BenchSeries series) {
            return handle(series).append(series.timestamp(0), series.value(0));
        }
    }
}
