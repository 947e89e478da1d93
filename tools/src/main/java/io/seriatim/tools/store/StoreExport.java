package io.seriatim.tools.store;

import io.seriatim.tools.Export;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.Samples;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Sends what it is handed to a store. One request is under way while the next one is filled; there are never more,
/// so memory is bounded and the order of each series is kept. Thread-safe.
public final class StoreExport implements Export {
    private static final int MOST_ELEMENTS = 5_000;
    private static final long MOST_BYTES = 1 << 20;

    private final Unsaid unsaid;
    private final Dialect dialect;
    private final StoreClient client;
    private final StoreTally tally = new StoreTally();
    private final Delivery delivery;
    private final Acknowledged acknowledged;
    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final ExecutorService sender = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("store").factory());
    private Parcel filling = new Parcel();
    private Parcel sending = new Parcel();
    private final Parcel known = new Parcel();
    private Future<?> underWay;
    private long elements;

    /// Is told what the store has dealt with for good.
    @FunctionalInterface
    public interface Acknowledged {
        /// @param places per shard the last record that is in; what was in before stays in
        void upTo(Map<Integer, Place> places);
    }

    /// What is wanted of it.
    ///
    /// @param unit      of the log's timestamps
    /// @param patience  how long one request may fail; null: for ever
    /// @param perSecond samples a second at most; 0: no limit
    /// @param limit     the most samples, histograms and exemplars to send
    public record Terms(TimeUnit unit, Duration patience, double perSecond, long limit) {}

    /// @throws io.seriatim.tools.CannotRunException if what is needed to get in cannot be read
    public StoreExport(
            StoreUrl url, StoreAccess access, Terms terms, Unsaid unsaid, StoreWatch watch, Acknowledged acknowledged) {
        this.unsaid = unsaid;
        this.acknowledged = acknowledged;
        this.limit = terms.limit();
        dialect = switch (url.protocol()) {
            case REMOTE_WRITE -> new RemoteWriteDialect(terms.unit(), unsaid);
            case OTLP -> new OtlpDialect(terms.unit(), unsaid);
        };
        client = new StoreClient(url, access);
        delivery = new Delivery(client, dialect, terms.patience(), tally, watch, new Pace(terms.perSecond()));
    }

    /// @return what became of what was sent so far
    public StoreTally tally() {
        return tally;
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        lock.lock();
        try {
            // No sample: the log names a series, for what else it has of it. A store has nothing to learn from that.
            for (int i = 0; i < samples.count(); i++) {
                count();
                sendIfFull(1);
                dialect.sample(series, samples, i, filling);
            }
            filling.reached(samples.lsn());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        lock.lock();
        try {
            count();
            sendIfFull(1);
            dialect.histogram(series, timestamp, histogram, filling);
            filling.reached(lsn);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        lock.lock();
        try {
            count();
            sendIfFull(2);
            dialect.exemplar(series, exemplar, filling);
            filling.reached(exemplar.lsn());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        lock.lock();
        try {
            sendIfFull(1);
            dialect.metadata(series, metadata, filling);
            filling.reached(metadata.lsn());
        } finally {
            lock.unlock();
        }
    }

    /// Learns what was sent before, by an earlier run.
    public void learn(Labels series, Metadata metadata) {
        lock.lock();
        try {
            dialect.metadata(series, metadata, known);
            known.clear();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        leftOut(Reason.OPAQUE_RECORDS, 1, record.lsn());
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        leftOut(Reason.ORPHANS, samples.count(), samples.lsn());
    }

    @Override
    public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        leftOut(Reason.DETAILS, 1, detail.lsn());
    }

    private void leftOut(Reason reason, long count, long lsn) {
        lock.lock();
        try {
            unsaid.add(reason, count);
            filling.reached(lsn);
        } finally {
            lock.unlock();
        }
    }

    private void count() {
        if (elements == limit) {
            throw LineSink.enough();
        }
        elements++;
    }

    /// Before something is put in, not after: an exemplar that follows belongs to the point before it, so for
    /// exemplars there is more room.
    private void sendIfFull(int times) {
        if (filling.elements() >= times * MOST_ELEMENTS || filling.bytes() >= times * MOST_BYTES) {
            send();
        }
    }

    private void send() {
        await();
        final Parcel full = filling;
        filling = sending;
        sending = full;
        filling.clear();
        underWay = sender.submit(() -> {
            delivery.deliver(full);
            acknowledged.upTo(full.places());
            return null;
        });
    }

    private void await() {
        if (underWay == null) {
            return;
        }
        try {
            underWay.get();
            underWay = null; // a failure stays: what follows must not overtake what failed
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while the store was waited for");
        } catch (ExecutionException failure) {
            throw switch (failure.getCause()) {
                case RuntimeException known -> known;
                case InterruptedException _ -> new StoreException("ended while the store was waited for");
                case Throwable unexpected -> new IllegalStateException(unexpected);
            };
        }
    }

    /// Sends what is there and waits until the store has dealt with it.
    ///
    /// @throws StoreException if it does not
    public void flush() {
        lock.lock();
        try {
            if (!filling.isEmpty()) {
                send();
            }
            await();
        } finally {
            lock.unlock();
        }
    }

    /// Gives up everything that is not acknowledged, for whoever hands it on once more, from there on and in order.
    public void discard() {
        lock.lock();
        try {
            filling.clear();
            if (underWay != null) {
                underWay.cancel(true);
                underWay = null;
            }
            sending = new Parcel(); // the other one may still be looked at
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void finish() {
        flush();
    }

    @Override
    public void stopped() {
        flush();
    }

    /// Ends at once; what was not acknowledged may have arrived nevertheless.
    @Override
    public void close() {
        sender.shutdownNow();
        client.close();
    }
}
