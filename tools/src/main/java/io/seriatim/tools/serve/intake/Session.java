package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// The log's side of an [Intake]: takes what messages say, in their order, and counts it. Not thread-safe.
final class Session {
    /// What a sample comes to at most besides its labels.
    private static final int SAMPLE_BYTES = 64;

    private static final int MOST_BATCHED = 1000;

    /// Of labels, if all series were defined with the batch: the log encodes it on the heap, in buffers that it keeps.
    private static final long MOST_BATCHED_BYTES = 1024 * 1024;

    private final Wal wal;
    private final IntakeLimits limits;
    private final SeriesIndex series;
    private final int batchSamples;
    private final int[] batchedByShard;
    private final long repeatAfter;
    private final long[] positions;
    private long logged;
    private Batch batch;
    private Outcome outcome;
    private int batched;
    private long batchedBytes;

    Session(Wal wal, IntakeLimits limits) {
        this.wal = wal;
        this.limits = limits;
        this.series = new SeriesIndex(wal, limits.cachedSeries(), limits.cachedBytes() / 4 * 3, this::commit);
        // So few that a frame holds them even if all their series are defined with them.
        this.batchSamples =
                Math.clamp(wal.config().maxFrameBytes() / (limits.maxLabelBytes() + SAMPLE_BYTES), 1, MOST_BATCHED);
        this.batchedByShard = new int[wal.config().shards()];
        this.positions = new long[wal.config().shards()];
        final long retained = wal.config().retainBytes();
        this.repeatAfter = retained == 0 ? Long.MAX_VALUE : retained / 4;
    }

    IntakeLimits limits() {
        return limits;
    }

    SeriesIndex series() {
        return series;
    }

    Outcome outcome() {
        return outcome;
    }

    TimeConversion timesFrom(TimeUnit unit) {
        return new TimeConversion(unit, wal.config().timeUnit());
    }

    long now() {
        return TimeConversion.now(wal.config().timeUnit());
    }

    int mostHistogramBytes() {
        return wal.config().maxFrameBytes();
    }

    void begin(Outcome outcome) {
        outcome.clear(wal.config().shards());
        this.outcome = outcome;
        this.batch = wal.batch();
    }

    /// Whatever happened: nothing of a message is left for the next one.
    void end() {
        batch.close();
        batch = null;
        outcome = null;
        clearCounts();
    }

    void add(SeriesHandle handle, long timestamp, double value) {
        batch.add(handle, timestamp, value);
        batchedByShard[handle.shard()]++;
        batchedBytes += handle.labels().encodedLength();
        if (++batched == batchSamples || batchedBytes > MOST_BATCHED_BYTES) {
            commit();
        }
    }

    /// Logs what was added.
    void commit() {
        if (batched == 0) {
            return;
        }
        final LsnVector ends;
        try {
            ends = batch.commit();
            count(ends);
        } catch (IllegalArgumentException refusal) {
            outcome.reject(batched, LabelPairs.excerpt(refusal.getMessage()));
            batch.close();
            batch = wal.batch();
        } finally {
            clearCounts();
        }
    }

    private void count(LsnVector ends) {
        for (int shard = 0; shard < batchedByShard.length; shard++) {
            if (batchedByShard[shard] > 0) {
                if (reached(ends.lsn(shard), batchedByShard[shard])) {
                    outcome.countSamples(batchedByShard[shard]);
                }
            }
        }
    }

    private void clearCounts() {
        batched = 0;
        batchedBytes = 0;
        Arrays.fill(batchedByShard, 0);
    }

    private boolean reached(long lsn, int records) {
        if (lsn == Lsn.DROPPED) {
            outcome.reject(records, "dropped, as the log's backpressure says: no segment was ready");
            return false;
        }
        final int shard = Lsn.shard(lsn);
        outcome.reach(shard, lsn);
        logged += Lsn.position(lsn) - positions[shard];
        positions[shard] = Lsn.position(lsn);
        return true;
    }

    /// Appends a histogram.
    ///
    /// @return whether it was logged
    boolean add(SeriesHandle handle, long timestamp, Histogram histogram) {
        commit();
        try {
            if (reached(handle.append(timestamp, histogram), 1)) {
                outcome.countHistogram();
                return true;
            }
        } catch (IllegalArgumentException refusal) {
            outcome.reject(1, LabelPairs.excerpt(refusal.getMessage()));
        }
        return false;
    }

    /// Appends an exemplar; labels may be null.
    void addExemplar(SeriesHandle handle, long timestamp, double value, Labels labels) {
        commit();
        try {
            if (reached(handle.appendExemplar(timestamp, value, labels), 1)) {
                outcome.countExemplar();
            }
        } catch (IllegalArgumentException refusal) {
            outcome.reject(1, LabelPairs.excerpt(refusal.getMessage()));
        }
    }

    /// Says what is known about a series, unless it was said last, and not so long ago that the log may give it up:
    /// it is said again when the log has grown by a quarter of what it keeps.
    ///
    /// @param start   since when it counts, or [Histogram#NO_START] if that is not said here
    /// @param implied whether the start need not be said: it is the time of the sample before
    void describe(Sighting sighting, long timestamp, long start, boolean implied) {
        final SeriesState state = sighting.state();
        final Description description = sighting.description();
        final long latest = start == Histogram.NO_START ? state.start() : start;
        final boolean sameStart = implied || latest == state.start();
        if (sameStart && description.attributes() == null) {
            return; // who knows nothing contradicts nobody
        }
        if (sameStart
                && logged - state.saidAt() <= repeatAfter
                && (description == state.said() || description.equals(state.said()))) {
            return;
        }
        if (addMetadata(sighting.handle(), timestamp, description.with(latest))) {
            state.say(description, latest, logged);
        }
    }

    /// Says an integer that a sample cannot say.
    void sayExactly(Sighting sighting, long timestamp, long start, String exact) {
        final long latest = start == Histogram.NO_START ? sighting.state().start() : start;
        try {
            addMetadata(sighting.handle(), timestamp, sighting.description().with(latest, exact));
        } catch (IllegalArgumentException refusal) {
            outcome.remark("metadata is left out: " + LabelPairs.excerpt(refusal.getMessage()));
        }
    }

    /// @return whether this need not be tried again
    private boolean addMetadata(SeriesHandle handle, long timestamp, Labels attributes) {
        if (attributes == null) {
            return true;
        }
        commit();
        try {
            final boolean logged = reached(handle.appendMetadata(timestamp, attributes), 0);
            if (logged) {
                outcome.countMetadata();
            }
            return logged;
        } catch (IllegalArgumentException refusal) {
            outcome.remark("metadata is left out: " + LabelPairs.excerpt(refusal.getMessage()));
            return true;
        }
    }
}
