package io.seriatim.wal.mmap;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Batch;
import io.seriatim.wal.Durability;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.mmap.StressModel.Stream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// One thread of a stress run: appends in every way there is, asks and waits in between, and tells the model.
final class StressProducer {
    private static final int SERIES = 6;
    private static final int MAX_OPAQUE_BYTES = 900;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final StressModel model;
    private final MappedWal wal;
    private final int number;
    private final Random random;
    private final boolean outcomeIsPlain;
    private final Labels[] labels = new Labels[SERIES];
    private final SeriesHandle[] handles = new SeriesHandle[SERIES];
    private long lastLsn = -1;
    long appends;

    StressProducer(StressModel model, MappedWal wal, int number, long seed) {
        this.model = model;
        this.wal = wal;
        this.number = number;
        this.random = new Random(seed + number);
        this.outcomeIsPlain = wal.config().durability() == Durability.ASYNC;
        for (int i = 0; i < SERIES; i++) {
            labels[i] = Labels.of("thread", "" + number, "i", "" + i);
        }
    }

    /// Ends early when the log is closed or poisoned.
    void run(int operations) {
        for (int n = 0; n < operations; n++) {
            try {
                if (random.nextInt(50) == 0) {
                    Thread.currentThread().interrupt();
                }
                act();
            } catch (InterruptedException _) {
                // whoever waits may be interrupted
            } catch (WalFullException _) {
                Thread.yield(); // as the policy says
            } catch (WalClosedException | WalPoisonedException _) {
                return;
            } finally {
                Thread.interrupted();
            }
        }
    }

    private void act() throws InterruptedException {
        final int one = random.nextInt(SERIES);
        final Stream stream = model.stream(labels[one]);
        switch (random.nextInt(40)) {
            case 0 -> wal.flush();
            case 1 -> wal.evictIdle(wal.checkpoint());
            case 2 -> look();
            case 3 -> wal.awaitDurable(wal.checkpoint(), Duration.ofNanos(random.nextInt(2_000_000)));
            case 4 -> append(stream, 1, false, n -> handle(one).appendDurable(n, stream.value(n)));
            case 5 -> append(stream, 1, false, n -> wal.appendDurable(new Numbers(stream, labels[one], n, 1)));
            case 6, 7, 8, 9 -> record();
            case 10, 11, 12, 13, 14, 15 -> {
                final int count = random.nextInt(50);
                append(stream, count, true, n -> wal.append(new Numbers(stream, labels[one], n, count)));
            }
            case 16, 17, 18, 19, 20, 21 -> batch();
            case 22 -> awaitLast();
            case 23 -> handles[one] = null; // looked up again, and evicted perhaps
            default -> append(stream, 1, true, n -> handle(one).append(n, stream.value(n)));
        }
    }

    private SeriesHandle handle(int one) {
        if (handles[one] == null) {
            handles[one] = wal.series(labels[one]);
        }
        return handles[one];
    }

    private void awaitLast() throws InterruptedException {
        if (lastLsn >= 0 && wal.awaitDurable(lastLsn, LONG)) {
            check(wal.durable(Lsn.shard(lastLsn)) >= lastLsn, "confirmed, and not durable");
        }
    }

    /// Positions never overtake one another: durable, committed, tail, asked in this order.
    private void look() {
        final int shard = random.nextInt(wal.config().shards());
        final long durable = wal.durable(shard);
        final long committed = wal.committed(shard);
        final long tail = wal.checkpoint().lsn(shard);
        check(durable <= committed && committed <= tail, "durable=" + durable + " committed=" + committed);
        check(wal.stats().shards().size() == wal.config().shards(), "stats");
    }

    private interface Append {
        long at(int firstNumber);
    }

    /// @param plain the append does not wait for durability: an exception means that nothing was logged
    private void append(Stream stream, int count, boolean plain, Append append) {
        final int first = stream.begin(count);
        boolean ended = false;
        try {
            final long lsn = append.at(first);
            stream.end(count, lsn);
            ended = true;
            if (lsn >= 0) {
                check(lastLsn < 0 || Lsn.shard(lsn) != Lsn.shard(lastLsn) || lsn > lastLsn, "positions went back");
                lastLsn = lsn;
                appends++;
            } else {
                check(wal.config().backpressure().kind() == Backpressure.Kind.DROP, "dropped");
            }
        } catch (WalFullException full) {
            stream.end(count, StressModel.REFUSED);
            ended = true;
            throw full;
        } catch (WalClosedException | WalPoisonedException refused) {
            if (plain && outcomeIsPlain) {
                stream.end(count, StressModel.REFUSED);
                ended = true;
            }
            throw refused;
        } finally {
            if (!ended) {
                stream.endUnknown();
            }
        }
    }

    private void record() {
        final int shard = random.nextInt(wal.config().shards());
        final byte[] bytes = new byte[8 + random.nextInt(MAX_OPAQUE_BYTES)];
        append(model.stream(new StressModel.Opaque(number, shard)), 1, true, n -> {
            Arrays.fill(bytes, (byte) n);
            ByteBuffer.wrap(bytes).putInt(shard).putInt(n);
            return wal.appendRecord(shard, number, bytes, 0, bytes.length);
        });
    }

    private void batch() {
        final int[] counts = new int[SERIES];
        final int[] firsts = new int[SERIES];
        final List<Integer> order = new ArrayList<>();
        for (int i = random.nextInt(40); i >= 0; i--) {
            final int one = random.nextInt(SERIES);
            counts[one]++;
            order.add(one);
        }
        for (int one = 0; one < SERIES; one++) {
            firsts[one] = model.stream(labels[one]).begin(counts[one]);
        }
        LsnVector lsns = null;
        final int[] next = firsts.clone();
        try (Batch batch = wal.batch()) {
            for (final int one : order) {
                batch.add(handle(one), next[one], model.stream(labels[one]).value(next[one]++));
            }
            lsns = batch.commit();
            for (int one = 0; one < SERIES; one++) {
                model.stream(labels[one]).end(counts[one], lsns.lsn(handle(one).shard()));
            }
            appends++;
        } finally {
            if (lsns == null) {
                for (int one = 0; one < SERIES; one++) {
                    model.stream(labels[one]).endUnknown();
                }
            }
        }
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError(what);
        }
    }

    /// Entries of a stream, as an engine's series.
    private record Numbers(Stream stream, Labels labels, int first, int count) implements TimeSeries {
        @Override
        public long timestamp(int index) {
            return first + index;
        }

        @Override
        public double value(int index) {
            return stream.value(first + index);
        }
    }
}
