package io.seriatim.wal.mmap;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SealBlock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// A log in memory of three segments of the smallest size, written by the real code, that holds every kind of frame:
///
/// 1. an epoch that was closed cleanly;
/// 2. the second epoch's first segment, full to the last byte, sealed: a verdict, definitions, samples by series and
///    by handle, a batch, opaque records, the pad of a producer that died, marks, the pad of 8 bytes at the end;
/// 3. its newest segment, as a kill leaves it: a part asserted durable, a part not, zeros; behind it an empty spare.
final class EveryKindLog {
    static final Path DIRECTORY = Path.of("/log");
    static final Path SHARD = LogFiles.shard(DIRECTORY, 0);

    final MemoryStorage storage = new MemoryStorage();
    final SegmentEditor first;
    final SegmentEditor full;
    final SegmentEditor newest;
    /// What replay gives, in order.
    final List<Item> items;

    private int records;
    private boolean producerDies;

    /// Something replayed.
    ///
    /// @param lsn     of its frame
    /// @param series  null for opaque records and orphans
    /// @param content the samples, or the record
    record Item(long lsn, Labels series, ByteBuffer content) {}

    EveryKindLog() {
        try (MappedWal wal = MappedWal.open(Logs.config(DIRECTORY), storage, null)) {
            Logs.appendRange(wal, 0, 5);
            wal.appendRecord(0, 1, new byte[] {1, 2, 3}, 0, 3);
        }
        // Not closed: a close would say the last word on it.
        final MappedWal wal = MappedWal.open(Logs.config(DIRECTORY), storage, (_, _) -> {
            if (producerDies) {
                throw new IllegalStateException("the producer dies");
            }
        });
        fill(wal);
        first = segment(0);
        full = segment(1);
        newest = segment(2);
        items = replay(storage, ReplayOptions.defaults()).items;
        checkThatAllIsThere();
    }

    private SegmentEditor segment(long sequence) {
        return SegmentEditor.of(path(sequence), storage.bytes(path(sequence)));
    }

    static Path path(long sequence) {
        return LogFiles.segment(SHARD, sequence);
    }

    private void fill(MappedWal wal) {
        final SeriesHandle cpu = wal.series(Logs.CPU);
        for (int i = 0; i < 12; i++) {
            wal.append(series("up", i, 3));
            cpu.append(i, i);
            try (Batch batch = wal.batch()) {
                for (int s = 0; s < 4; s++) {
                    batch.add(wal.series(Labels.of("ort", "Zürich", "s", "" + s)), i * 1000L, -i);
                }
                batch.commit();
            }
            record(wal, i % 5);
            details(wal, i);
        }
        wal.append(series("idle", 0, 0));
        Logs.flush(wal);
        die(wal);
        cpu.append(Long.MIN_VALUE, Double.longBitsToDouble(0x7ff0000000000002L));
        Logs.flush(wal);
        final long room = Logs.SEGMENT_BYTES - FrameLayout.SHORT_PAD_LENGTH;
        final long base = Lsn.position(wal.checkpoint().lsn(0)) / Logs.SEGMENT_BYTES * Logs.SEGMENT_BYTES;
        for (long left = left(wal, base + room); left > 0; left = left(wal, base + room)) {
            record(wal, (int) (left < 1000 ? left : 504) - FrameLayout.RECORD_BYTES_OFFSET);
        }
        for (int i = 0; i < 20; i++) {
            cpu.append(100 + i, i);
            wal.append(series("up", 100 + i, 1));
            if (i % 5 == 4) {
                Logs.flush(wal);
            }
        }
        wal.doWork(); // seals what is full
        record(wal, 7);
        cpu.append(200, 200);
    }

    /// Of a series that the segment defines, and of one that it does not.
    private static void details(MappedWal wal, int i) {
        final Histogram histogram =
                new Histogram().addBound(1).addBound(10).count(3 + i).sum(i).startTimestamp(-i);
        histogram.positive().add(0, 3);
        histogram.positive().add(2, i);
        wal.series(Labels.of("__name__", "rt")).append(i, histogram);
        if (i % 4 == 0) {
            wal.series(Logs.CPU).appendExemplar(i, i / 7.0, i == 0 ? null : Labels.of("trace_id", "t" + i));
            wal.series(Labels.of("__name__", "family")).appendMetadata(i, Labels.of("type", "counter", "unit", "s"));
        }
    }

    private static long left(MappedWal wal, long end) {
        return end - Lsn.position(wal.checkpoint().lsn(0));
    }

    private void record(MappedWal wal, int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (records + i);
        }
        wal.appendRecord(0, records++, bytes, 0, length);
    }

    private void die(MappedWal wal) {
        producerDies = true;
        try {
            record(wal, 100);
            throw new AssertionError("survived");
        } catch (IllegalStateException _) {
            producerDies = false;
        }
    }

    private static TimeSeries series(String name, int from, int count) {
        return new TimeSeries() {
            @Override
            public Labels labels() {
                return Labels.of("__name__", name);
            }

            @Override
            public int count() {
                return count;
            }

            @Override
            public long timestamp(int index) {
                return from + 3L * index;
            }

            @Override
            public double value(int index) {
                return from / 3.0;
            }
        };
    }

    /// The machines that use this log are worth what is in it.
    private void checkThatAllIsThere() {
        final Set<Integer> types = new HashSet<>();
        full.frames().forEach(frame -> types.add(frame.type()));
        final boolean whole = types.equals(Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9))
                && full.frames().getLast().length() == FrameLayout.SHORT_PAD_LENGTH
                && full.frames().getLast().end() == full.bytes.length
                && full.frames(FrameLayout.PAD).size() >= 2
                && seal(full) != null
                && seal(newest) == null
                && newest.asserted() > newest.header.base()
                && newest.asserted()
                        < newest.header.base() + newest.frames().getLast().offset()
                && items.size() > 100;
        if (!whole) {
            throw new AssertionError("not every kind: types=" + types + " frames=" + full.frames() + " items="
                    + items.size() + " newest=" + newest.frames() + " asserted=" + newest.asserted());
        }
    }

    private static SealBlock seal(SegmentEditor segment) {
        return SealBlock.decode(
                segment.bytes,
                SealBlock.OFFSET,
                segment.header.seed(),
                segment.header.base(),
                segment.header.segmentBytes());
    }

    /// What a replay handed on.
    static final class Found implements ReplayHandler {
        final List<Item> items = new ArrayList<>();
        final List<Item> orphans = new ArrayList<>();
        ReplayReport report;

        @Override
        public void onSamples(Labels series, Samples samples) {
            items.add(new Item(samples.lsn(), series, content(samples)));
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            final byte[] bytes = new byte[Integer.BYTES + record.length()];
            Bytes.putInt(bytes, 0, record.kind());
            record.copyTo(0, bytes, Integer.BYTES, record.length());
            items.add(new Item(record.lsn(), null, ByteBuffer.wrap(bytes)));
        }

        @Override
        public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
            items.add(new Item(lsn, series, text(timestamp + " " + histogram + " " + histogram.hashCode())));
        }

        @Override
        public void onExemplar(Labels series, Exemplar exemplar) {
            items.add(new Item(exemplar.lsn(), series, text(exemplar.toString())));
        }

        @Override
        public void onMetadata(Labels series, Metadata metadata) {
            items.add(new Item(metadata.lsn(), series, text(metadata.toString())));
        }

        private static ByteBuffer text(String text) {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void onOrphan(long epochId, int ref, Samples samples) {
            orphans.add(new Item(samples.lsn(), null, content(samples)));
        }

        @Override
        public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
            orphans.add(new Item(detail.lsn(), null, ByteBuffer.wrap(detail.toByteArray())));
        }

        private static ByteBuffer content(Samples samples) {
            final ByteBuffer content = ByteBuffer.allocate(16 * samples.count());
            for (int i = 0; i < samples.count(); i++) {
                content.putLong(samples.timestamp(i)).putLong(samples.valueBits(i));
            }
            return content.flip();
        }
    }

    static Found replay(Storage storage, ReplayOptions options) {
        final Found found = new Found();
        found.report = MappedWal.replay(storage, DIRECTORY, options.memoryBytes(64 << 10), found);
        return found;
    }

    /// @return the same bytes on a machine that has been restarted since
    MemoryStorage rebooted() {
        return storage.copy(UUID.randomUUID());
    }
}
