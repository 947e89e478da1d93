package io.seriatim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB with its defaults: an item is the value of a key that counts up; its log and its memtable get it. One `put`
/// an item, or batches of 1000 of each thread.
final class RocksDbStore implements Contender {
    private static final int BATCH = 1000;
    private static final int ITEM_BYTES = 64 * 1024;

    static {
        RocksDB.loadLibrary();
    }

    private final Path directory;
    private final boolean batches;
    private final WriteOptions plain = new WriteOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final Statistics statistics = new Statistics();
    private final AtomicLong keys = new AtomicLong();
    private final Queue<Writer> writers = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Writer> writer = ThreadLocal.withInitial(() -> {
        final Writer opened = new Writer();
        writers.add(opened);
        return opened;
    });
    private Options options;
    private RocksDB store;
    private long startBytes;

    RocksDbStore(Setup setup, boolean batches) {
        this.directory = setup.directory().resolve("rocksdb");
        this.batches = batches;
        statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
    }

    @Override
    public void begin() throws IOException {
        options = new Options().setCreateIfMissing(true).setStatistics(statistics);
        startBytes = statistics.getTickerCount(TickerType.WAL_FILE_BYTES);
        attempt(() -> store = RocksDB.open(options, directory.toString()));
    }

    @Override
    public void append(BenchSeries series) throws IOException {
        try {
            final Writer own = writer.get();
            if (batches) {
                own.add(series);
                if (own.batch.count() == BATCH) {
                    own.write(plain);
                }
            } else {
                own.put(series, plain);
            }
        } catch (RocksDBException thrown) {
            throw new IOException(thrown);
        }
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        attempt(() -> {
            final Writer own = writer.get();
            if (count == 1) {
                own.put(series[from], synced);
                return;
            }
            for (int i = from; i < from + count; i++) {
                own.add(series[i]);
            }
            own.write(synced);
        });
    }

    @Override
    public void drain() throws IOException {
        attempt(() -> {
            for (final Writer each : writers) {
                each.write(plain);
            }
        });
    }

    @Override
    public long bytes() {
        return statistics.getTickerCount(TickerType.WAL_FILE_BYTES) - startBytes;
    }

    /// An iterator over the store, which is its tables and its memtable: what RocksDB has of its log once it is open.
    @Override
    public ReplaySum replay(int threads, boolean knownLabels) throws IOException {
        final ReplaySum sum = new ReplaySum();
        final byte[] item = new byte[ITEM_BYTES];
        attempt(() -> {
            try (ReadOptions once = new ReadOptions().setFillCache(false);
                    RocksIterator iterator = store.newIterator(once)) {
                for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                    iterator.value(item);
                    ItemReader.readBody(item, 0, sum);
                }
                iterator.status();
            }
        });
        return sum;
    }

    @Override
    public void discard() throws IOException {
        attempt(() -> {
            try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
                store.flush(wait);
            }
            store.close();
            RocksDB.destroyDB(directory.toString(), options);
            options.close();
        });
    }

    private static void attempt(Step step) throws IOException {
        try {
            step.run();
        } catch (RocksDBException thrown) {
            throw new IOException(thrown);
        }
    }

    private interface Step {
        void run() throws RocksDBException;
    }

    /// One thread's buffers.
    private final class Writer {
        private final byte[] key = new byte[Long.BYTES];
        private final ByteBuffer keyBytes = ByteBuffer.wrap(key);
        private final ByteBuffer item = ByteBuffer.allocate(ITEM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private final ByteBuffer directKey = ByteBuffer.allocateDirect(Long.BYTES);
        private final ByteBuffer directItem =
                ByteBuffer.allocateDirect(ITEM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        private final WriteBatch batch = new WriteBatch();

        void put(BenchSeries series, WriteOptions how) throws RocksDBException {
            keyBytes.putLong(0, keys.incrementAndGet());
            ItemLayout.putBody(item.clear(), series);
            store.put(how, key, 0, key.length, item.array(), 0, item.position());
        }

        void add(BenchSeries series) throws RocksDBException {
            directKey.clear().putLong(keys.incrementAndGet()).flip();
            ItemLayout.putBody(directItem.clear(), series);
            batch.put(directKey, directItem.flip());
        }

        void write(WriteOptions how) throws RocksDBException {
            if (batch.count() > 0) {
                store.write(how, batch);
                batch.clear();
            }
        }
    }
}
