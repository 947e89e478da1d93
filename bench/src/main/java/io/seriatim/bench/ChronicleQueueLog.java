package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;

/// Chronicle Queue, an appender for each thread, in two ways: serialize into a buffer of one's own and hand that over
/// (`writeBytes`), or serialize straight into the queue's memory (`writingDocument`), which holds its write lock for
/// as long.
///
/// The large daily cycle, as its documentation advises for many messages. `sync()` is what makes it durable; the sync
/// mode of the builder alone does not.
final class ChronicleQueueLog implements Contender {
    private static final int ITEM_BYTES = 64 * 1024;

    private final Path directory;
    private final boolean inPlace;
    private final boolean durable;
    private final ThreadLocal<Bytes<?>> buffers = ThreadLocal.withInitial(() -> Bytes.allocateDirect(ITEM_BYTES));
    private ChronicleQueue queue;
    private ThreadLocal<ExcerptAppender> appenders;
    private long bytes;

    ChronicleQueueLog(Setup setup, boolean inPlace) {
        this.directory = setup.directory().resolve("queue");
        this.inPlace = inPlace;
        this.durable = setup.durable();
    }

    @Override
    public void begin() {
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(LargeRollCycles.LARGE_DAILY)
                .syncMode(durable ? SyncMode.SYNC : SyncMode.NONE)
                .build();
        appenders = ThreadLocal.withInitial(queue::createAppender);
    }

    @Override
    public void append(BenchSeries series) {
        append(appenders.get(), series);
    }

    private void append(ExcerptAppender appender, BenchSeries series) {
        if (inPlace) {
            try (DocumentContext document = appender.writingDocument()) {
                ItemLayout.putBody(document.wire().bytes(), series);
            }
        } else {
            final Bytes<?> buffer = buffers.get();
            buffer.clear();
            ItemLayout.putBody(buffer, series);
            appender.writeBytes(buffer);
        }
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) {
        final ExcerptAppender appender = appenders.get();
        for (int i = from; i < from + count; i++) {
            append(appender, series[i]);
        }
        appender.sync();
    }

    @Override
    public void drain() {
        final ExcerptAppender appender = appenders.get();
        try (DocumentContext document = appender.writingDocument()) {
            bytes = document.wire().bytes().writePosition();
            document.rollbackOnClose();
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    /// A tailer, and each document straight from the queue's memory.
    @Override
    public ReplaySum replay(int threads, boolean knownLabels) {
        final ReplaySum sum = new ReplaySum();
        final byte[] item = new byte[ITEM_BYTES];
        try (ExcerptTailer tailer = queue.createTailer()) {
            while (true) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        return sum;
                    }
                    final Bytes<?> source = document.wire().bytes();
                    source.read(item, 0, (int) source.readRemaining());
                    ItemReader.readBody(item, 0, sum);
                }
            }
        }
    }

    @Override
    public void discard() throws IOException {
        queue.close();
        Directories.delete(directory);
    }
}
