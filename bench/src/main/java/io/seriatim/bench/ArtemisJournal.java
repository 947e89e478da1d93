package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.mapped.MappedSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.RecordInfo;
import org.apache.activemq.artemis.core.journal.impl.JournalFile;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.journal.impl.JournalReaderCallback;
import org.apache.activemq.artemis.core.persistence.CoreMessageObjectPools;
import org.apache.activemq.artemis.core.persistence.Persister;

/// The journal of Apache Artemis, with the broker's defaults: files of 10 MiB, a buffer of 490 KiB. Items go in as
/// events, which the journal does not keep in memory and whose files it may use again.
///
/// The buffer's timeout is what `artemis perf-journal` would advise for a disk that forces a page in 50 us.
final class ArtemisJournal implements Contender {
    private static final int FILE_BYTES = 10 << 20;
    private static final int BUFFER_BYTES = 490 << 10;
    private static final int BUFFER_TIMEOUT_NS = 50_000;
    private static final int FILES = 10;
    private static final int FRAME_BYTES = JournalImpl.SIZE_ADD_RECORD + 1;
    private static final byte ITEM = 1;

    private final Path directory;
    private final boolean mapped;
    private final boolean replayed;
    private final AtomicLong ids = new AtomicLong();
    private final ItemPersister persister = new ItemPersister();
    private final LongAdder bytes = new LongAdder();
    private JournalImpl journal;
    private volatile Throwable failure;

    ArtemisJournal(Setup setup, boolean mapped) {
        this.directory = setup.directory().resolve("journal");
        this.mapped = mapped;
        this.replayed = setup.replayed();
    }

    @Override
    public void begin() throws IOException {
        bytes.reset();
        Directories.empty(directory);
        journal = new JournalImpl(FILE_BYTES, 2, FILES, 0, 0, files(), "items", "log", 1);
        // Files with nothing but events in them are free to be written again.
        journal.setAutoReclaim(!replayed);
        attempt(() -> {
            journal.start();
            journal.load(new ArrayList<>(), new ArrayList<>(), null, false);
        });
    }

    private SequentialFileFactory files() {
        return mapped
                ? new MappedSequentialFileFactory(
                        directory.toFile(), FILE_BYTES, true, BUFFER_BYTES, BUFFER_TIMEOUT_NS, this::failed)
                : new NIOSequentialFileFactory(
                        directory.toFile(), true, BUFFER_BYTES, BUFFER_TIMEOUT_NS, 1, false, this::failed, null);
    }

    private void failed(Throwable thrown, String message, String file) {
        failure = thrown;
    }

    @Override
    public void append(BenchSeries series) throws IOException {
        append(series, false);
    }

    private void append(BenchSeries series, boolean sync) throws IOException {
        if (failure != null) {
            throw new IOException(failure);
        }
        try {
            journal.appendAddEvent(ids.incrementAndGet(), ITEM, persister, series, sync, null);
        } catch (IOException | RuntimeException thrown) {
            throw thrown;
        } catch (Exception thrown) {
            throw new IOException(thrown);
        }
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            append(series[i], i == from + count - 1);
        }
    }

    @Override
    public void drain() throws IOException {
        attempt(journal::flush);
    }

    @Override
    public long bytes() {
        return bytes.sum();
    }

    @Override
    public void seal() throws IOException {
        attempt(journal::stop);
    }

    /// File by file with the journal's own parser, which its tools use: `load` keeps no events.
    @Override
    public ReplaySum replay(int threads, boolean knownLabels) throws IOException {
        final ReplaySum sum = new ReplaySum();
        final JournalReaderCallback callback = new JournalReaderCallback() {
            @Override
            public void onReadEventRecord(RecordInfo record) {
                ItemReader.readBigEndianBody(record.data, 0, sum);
            }
        };
        attempt(() -> {
            final SequentialFileFactory files = files();
            final JournalImpl reader = new JournalImpl(FILE_BYTES, 2, FILES, 0, 0, files, "items", "log", 1);
            for (final JournalFile file : reader.orderFiles()) {
                JournalImpl.readJournalFile(files, file, callback);
            }
        });
        return sum;
    }

    @Override
    public void discard() throws IOException {
        attempt(journal::stop);
        Directories.delete(directory);
    }

    private static void attempt(Step step) throws IOException {
        try {
            step.run();
        } catch (IOException | RuntimeException thrown) {
            throw thrown;
        } catch (Exception thrown) {
            throw new IOException(thrown);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    private final class ItemPersister implements Persister<BenchSeries> {
        @Override
        public byte getID() {
            return ITEM;
        }

        @Override
        public int getEncodeSize(BenchSeries series) {
            return ItemLayout.bodyLength(series);
        }

        @Override
        public void encode(ActiveMQBuffer target, BenchSeries series) {
            ItemLayout.putBody(target, series);
            bytes.add(FRAME_BYTES + ItemLayout.bodyLength(series));
        }

        @Override
        public BenchSeries decode(ActiveMQBuffer source, BenchSeries series, CoreMessageObjectPools pools) {
            throw new UnsupportedOperationException("written only");
        }
    }
}
