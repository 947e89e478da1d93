package io.seriatim.tools.serve;

import io.seriatim.tools.Unsaid;
import io.seriatim.tools.store.StoreException;
import io.seriatim.tools.store.StoreExport;
import io.seriatim.tools.store.StoreTally;
import io.seriatim.tools.store.StoreUrl;
import io.seriatim.tools.store.StoreWatch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalStats;
import io.seriatim.wal.mmap.ConsumerOptions;
import io.seriatim.wal.mmap.MappedWal;
import io.seriatim.wal.mmap.WalConsumer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Sends on what is durable in the log. It reads the log as any other process would, under a name, so clients never
/// wait for the far end.
///
/// Nothing is lost: a position is remembered only when the far end has acknowledged everything before it, and the log
/// keeps its files until then (within `--forward-keep`). What is sent and not yet remembered, about a second's worth,
/// is sent again after a kill: so a sample may arrive twice then, and neither protocol can prevent that. Within a
/// series the order is that of the log, because one request is under way at a time.
///
/// Only durable records are sent: what a power cut would take back here has never been anywhere else.
final class Forwarder implements AutoCloseable {
    private static final long AT_ONCE = 10_000;
    private static final long TOGETHER_NS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final MappedWal wal;
    private final FarEnd farEnd;
    private final Journal journal;
    private final Unsaid unsaid = new Unsaid();
    private final StoreExport export;
    private final Thread thread;
    private volatile boolean ending;
    private volatile String trouble;
    private volatile long troubleNs;
    private volatile long dealtWith;
    private volatile long missedBytes;

    /// @throws io.seriatim.tools.CannotRunException if what is needed to get in cannot be read
    Forwarder(MappedWal wal, FarEnd farEnd, Journal journal) {
        this.wal = wal;
        this.farEnd = farEnd;
        this.journal = journal;
        final WalConfig config = wal.config();
        final StoreExport.Terms terms = new StoreExport.Terms(config.timeUnit(), null, 0, Long.MAX_VALUE);
        export = new StoreExport(farEnd.url(), farEnd.access(), terms, unsaid, new Watch(), _ -> trouble = null);
        thread = Thread.ofPlatform().name("forward").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        learn();
        while (!Thread.currentThread().isInterrupted()) {
            try (WalConsumer consumer = consumer()) {
                dealtWith = sum(consumer.committed());
                follow(consumer);
                return;
            } catch (InterruptedException | StoreException _) {
                return; // there is nothing but an interrupt that ends its patience
            } catch (WalException failure) {
                trouble("cannot read the log: " + failure.getMessage());
                journal.warn("forward", "cause", failure.getMessage());
            } catch (RuntimeException failure) {
                trouble(failure.toString());
                journal.warn("forward", "unexpected", failure);
            }
            export.discard(); // whoever comes next begins at what is committed
            if (!slept(AFTER_FAILURE)) {
                return;
            }
        }
    }

    private WalConsumer consumer() {
        return MappedWal.consumer(
                wal.config().directory(),
                farEnd.consumer(),
                ConsumerOptions.defaults().durableOnly(true));
    }

    /// OTLP says with each point what METADATA said once, perhaps before what is to be sent.
    private void learn() {
        if (farEnd.url().protocol() != StoreUrl.Protocol.OTLP) {
            return;
        }
        final Path directory = wal.config().directory();
        try {
            MappedWal.replay(directory, ReplayOptions.defaults(), new ReplayHandler() {
                @Override
                public void onSamples(Labels series, Samples samples) {}

                @Override
                public void onMetadata(Labels series, Metadata metadata) {
                    export.learn(series, metadata);
                }
            });
        } catch (WalException failure) {
            journal.warn("forward", "cause", "what series are is not known: " + failure.getMessage());
        }
    }

    private void follow(WalConsumer consumer) throws InterruptedException {
        boolean pending = false;
        long sinceNs = 0;
        while (true) {
            final boolean last = ending;
            final long durable = durable();
            final long records = consumer.poll(export, AT_ONCE);
            missedBytes = consumer.missedBytes();
            if (records > 0 && !pending) {
                pending = true;
                sinceNs = System.nanoTime();
            }
            if (pending && (System.nanoTime() - sinceNs >= TOGETHER_NS || last && records == 0)) {
                export.flush();
                consumer.commit();
                dealtWith = sum(consumer.committed());
                pending = false;
            }
            if (records == 0 && !pending) {
                dealtWith = durable; // what is between the last record and there are the log's own marks
            }
            if (records == 0) {
                if (last) {
                    return;
                }
                Thread.sleep(IDLE);
            }
        }
    }

    private static boolean slept(Duration duration) {
        try {
            Thread.sleep(duration);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private void trouble(String cause) {
        if (trouble == null) {
            troubleNs = System.nanoTime();
        }
        trouble = cause;
    }

    StoreUrl url() {
        return farEnd.url();
    }

    StoreTally tally() {
        return export.tally();
    }

    /// @return why nothing arrives now, or null
    String trouble() {
        return trouble;
    }

    /// @return for how long nothing has arrived
    Duration troubleFor() {
        return trouble == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - troubleNs);
    }

    /// @return durable bytes of the log that the far end has not acknowledged, about
    long lagBytes() {
        return Math.max(0, durable() - dealtWith);
    }

    private long durable() {
        return wal.stats().shards().stream().mapToLong(WalStats.Shard::durable).sum();
    }

    private static long sum(LsnVector positions) {
        long sum = 0;
        for (int shard = 0; shard < positions.shards(); shard++) {
            sum += Lsn.position(positions.lsn(shard));
        }
        return sum;
    }

    /// @return bytes of the log that were gone before they could be sent
    long missedBytes() {
        return missedBytes;
    }

    /// @return what the protocol has no words for, for people
    List<String> unsaid() {
        return unsaid.lines(farEnd.url().protocol().toString());
    }

    /// Sends what is left, once nothing more comes.
    ///
    /// @return whether the far end has all of it
    boolean drain(Duration patience) throws InterruptedException {
        ending = true;
        final boolean finished = trouble == null && thread.join(patience);
        close();
        return finished;
    }

    /// Ends at once. What is not acknowledged is sent again by whoever comes next.
    @Override
    public void close() {
        thread.interrupt();
        export.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Watch implements StoreWatch {
        @Override
        public void onRetry(String cause, Duration since, Duration next) {
            if (trouble == null) {
                journal.warn("forward", "to", farEnd.url(), "waiting", "sends again until it is taken", "cause", cause);
            }
            trouble(cause);
        }

        @Override
        public void onRefused(long count, String message) {
            journal.client("forward", "to", farEnd.url(), "refused", count, "answer", message);
        }
    }
}
