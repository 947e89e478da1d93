package io.seriatim.bench;

import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.TableToken;
import io.questdb.cairo.security.AllowAllSecurityContext;
import io.questdb.cairo.sql.Record;
import io.questdb.cairo.wal.WalDataCursor;
import io.questdb.cairo.wal.WalEventCursor;
import io.questdb.cairo.wal.WalEventReader;
import io.questdb.cairo.wal.WalReader;
import io.questdb.cairo.wal.WalTxnType;
import io.questdb.cairo.wal.seq.TransactionLogCursor;
import io.questdb.std.str.Path;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Reads QuestDB's log row by row with its own reader. What there is to read, the sequencer's log tells, which has
/// the segments of all writers, and the events of each segment.
///
/// A label is a symbol: a number in the row, and a string that the reader has for it. Its bytes are kept beside the
/// string here, once, as an engine would; they are read for each row nevertheless, or the whole symbol is looked up.
final class QuestDbReader {
    private static final long MICROS = 1000;

    private final boolean knownLabels;
    private final ReplaySum sum = new ReplaySum();
    private final Map<CharSequence, byte[]> bytes = new HashMap<>();
    private byte[][] names;
    private Map<CharSequence, Long>[] known;

    private record Segment(String wal, int segment) {}

    private QuestDbReader(boolean knownLabels) {
        this.knownLabels = knownLabels;
    }

    static ReplaySum read(CairoEngine engine, TableToken table, boolean knownLabels) {
        final Set<Segment> segments = new LinkedHashSet<>();
        try (TransactionLogCursor log = engine.getTableSequencerAPI().getCursor(table, 0)) {
            while (log.hasNext()) {
                if (log.getWalId() > 0) {
                    segments.add(new Segment("wal" + log.getWalId(), log.getSegmentId()));
                }
            }
        }
        final QuestDbReader reader = new QuestDbReader(knownLabels);
        for (final Segment each : segments) {
            final long rows = rows(engine, table, each);
            try (WalReader wal =
                    engine.getWalReader(AllowAllSecurityContext.INSTANCE, table, each.wal, each.segment, rows)) {
                reader.read(wal);
            }
        }
        return reader.sum;
    }

    /// @return how many rows were committed to a segment, as its events say
    private static long rows(CairoEngine engine, TableToken table, Segment of) {
        long rows = 0;
        try (Path path = new Path();
                WalEventReader reader = new WalEventReader(engine.getConfiguration())) {
            path.of(engine.getConfiguration().getDbRoot()).concat(table.getDirName());
            path.concat(of.wal).slash().put(of.segment);
            final WalEventCursor events = reader.of(path, -1);
            while (events.hasNext()) {
                if (WalTxnType.isDataType(events.getType())) {
                    rows = events.getDataInfo().getEndRowID();
                }
            }
        }
        return rows;
    }

    private void read(WalReader wal) {
        final int labels = wal.getTimestampIndex() - 1;
        remember(wal, labels);
        final WalDataCursor cursor = wal.getDataCursor();
        final Record record = cursor.getRecord();
        while (cursor.hasNext()) {
            long all = 0;
            for (int column = 0; column < labels; column++) {
                final CharSequence symbol = record.getSymA(column);
                all += knownLabels ? known(column, symbol) : label(column, symbol);
            }
            sum.add(
                    all,
                    record.getTimestamp(labels + 1) / MICROS,
                    Double.doubleToRawLongBits(record.getDouble(labels)));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private void remember(WalReader wal, int labels) {
        names = new byte[labels][];
        known = new Map[labels];
        for (int column = 0; column < labels; column++) {
            names[column] = wal.getColumnName(column).getBytes(StandardCharsets.UTF_8);
            known[column] = new HashMap<>();
        }
    }

    private long known(int column, CharSequence symbol) {
        final Long found = known[column].get(symbol);
        if (found != null) {
            return found;
        }
        final long read = label(column, symbol);
        known[column].put(symbol, read);
        return read;
    }

    private long label(int column, CharSequence symbol) {
        byte[] value = bytes.get(symbol);
        if (value == null) {
            value = symbol.toString().getBytes(StandardCharsets.UTF_8);
            bytes.put(symbol, value);
        }
        final byte[] name = names[column];
        return ReplaySum.label(name, 0, name.length, value, 0, value.length);
    }
}
