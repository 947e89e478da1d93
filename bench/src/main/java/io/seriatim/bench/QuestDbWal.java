package io.seriatim.bench;

import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.CommitMode;
import io.questdb.cairo.DefaultCairoConfiguration;
import io.questdb.cairo.TableToken;
import io.questdb.cairo.TableWriter;
import io.questdb.cairo.security.AllowAllSecurityContext;
import io.questdb.cairo.wal.WalWriter;
import io.questdb.griffin.SqlException;
import io.questdb.griffin.SqlExecutionContext;
import io.questdb.griffin.SqlExecutionContextImpl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// QuestDB, embedded: a table with a symbol column for each label, a writer of its log for each thread, a commit each
/// 1000 rows. Nothing applies the log to the table, as nothing would be measured by that.
///
/// Durable means commit mode SYNC, and a commit where the acknowledgement is wanted.
final class QuestDbWal implements Contender {
    private static final int COMMIT_ROWS = 1000;
    private static final long MICROS = 1000;

    private final Path directory;
    private final boolean durable;
    private final Queue<Writer> writers = new ConcurrentLinkedQueue<>();
    private CairoEngine engine;
    private TableToken table;
    private ThreadLocal<Writer> writer;

    QuestDbWal(Setup setup) {
        directory = setup.directory().resolve("questdb");
        durable = setup.durable();
    }

    @Override
    public void begin() throws IOException {
        Directories.empty(directory);
        engine = new CairoEngine(new DefaultCairoConfiguration(directory.toString()) {
            @Override
            public int getCommitMode() {
                return durable ? CommitMode.SYNC : super.getCommitMode();
            }
        });
        table = null;
        writer = ThreadLocal.withInitial(() -> {
            final Writer opened = new Writer(engine.getWalWriter(table));
            writers.add(opened);
            return opened;
        });
    }

    private synchronized void createTable(BenchSeries series) {
        if (table != null) {
            return;
        }
        final StringBuilder sql = new StringBuilder("CREATE TABLE items (");
        for (int i = 0; i < series.strings.length; i += 2) {
            sql.append('"')
                    .append(new String(series.strings[i], StandardCharsets.UTF_8))
                    .append("\" SYMBOL, ");
        }
        sql.append("\"sample\" DOUBLE, ts TIMESTAMP) TIMESTAMP(ts) PARTITION BY DAY WAL");
        final SqlExecutionContext context =
                new SqlExecutionContextImpl(engine, 1).with(AllowAllSecurityContext.INSTANCE, null);
        try {
            engine.execute(sql, context);
        } catch (SqlException thrown) {
            throw new IllegalStateException(thrown);
        }
        table = engine.verifyTableName("items");
    }

    @Override
    public void append(BenchSeries series) {
        writer(series).append(series);
    }

    /// The first item of a repetition tells the columns.
    private Writer writer(BenchSeries series) {
        if (table == null) {
            createTable(series);
        }
        return writer.get();
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) {
        final Writer own = writer(series[from]);
        for (int i = from; i < from + count; i++) {
            own.row(series[i]);
        }
        own.commit();
    }

    @Override
    public void drain() {
        writers.forEach(Writer::commit);
    }

    @Override
    public long bytes() throws IOException {
        // Files are cut to their contents when they are closed.
        closeWriters();
        return Directories.bytes(directory.resolve(table.getDirName()));
    }

    private void closeWriters() {
        for (Writer each = writers.poll(); each != null; each = writers.poll()) {
            each.writer.close();
        }
        engine.clearWalWriterPool();
    }

    @Override
    public void seal() {
        closeWriters();
    }

    @Override
    public ReplaySum replay(int threads, boolean knownLabels) {
        return QuestDbReader.read(engine, table, knownLabels);
    }

    @Override
    public void discard() throws IOException {
        closeWriters();
        engine.close();
        Directories.delete(directory);
    }

    private static final class Writer {
        private final WalWriter writer;
        private int uncommitted;

        Writer(WalWriter writer) {
            this.writer = writer;
        }

        void append(BenchSeries series) {
            row(series);
            if (uncommitted == COMMIT_ROWS) {
                commit();
            }
        }

        void row(BenchSeries series) {
            final TableWriter.Row row = writer.newRow(series.timestamp(0) * MICROS);
            final String[] values = series.labelValues;
            for (int column = 0; column < values.length; column++) {
                row.putSym(column, values[column]);
            }
            row.putDouble(values.length, series.value(0));
            row.append();
            uncommitted++;
        }

        void commit() {
            writer.commit();
            uncommitted = 0;
        }
    }
}
