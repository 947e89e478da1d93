package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import java.util.Arrays;

/// What became of one message. Mutable and reused. Not thread-safe.
public final class Outcome {
    private final End end = new End();
    private long samples;
    private long histograms;
    private long exemplars;
    private long metadata;
    private long rejected;
    private String firstRejection;

    /// An empty one.
    public Outcome() {}

    /// @return what to await so that everything of the message is durable: the largest lsn of each shard, position
    ///         0 where nothing was logged. It changes with the next message
    public LsnVector end() {
        return end;
    }

    /// @return samples logged
    public long samples() {
        return samples;
    }

    /// @return histograms logged
    public long histograms() {
        return histograms;
    }

    /// @return exemplars logged
    public long exemplars() {
        return exemplars;
    }

    /// @return records of metadata logged
    public long metadata() {
        return metadata;
    }

    /// @return data points (OTLP), or samples, histograms and exemplars (remote write) that were refused
    public long rejected() {
        return rejected;
    }

    /// @return why the first was refused, or what else could not be kept although no point was refused, or null
    public String firstRejection() {
        return firstRejection;
    }

    void clear(int shards) {
        if (end.lsns.length != shards) {
            end.lsns = new long[shards];
        }
        Arrays.fill(end.lsns, 0);
        for (int shard = 1; shard < shards; shard++) {
            end.lsns[shard] = Lsn.of(shard, 0);
        }
        samples = 0;
        histograms = 0;
        exemplars = 0;
        metadata = 0;
        rejected = 0;
        firstRejection = null;
    }

    void reach(int shard, long lsn) {
        end.lsns[shard] = Math.max(end.lsns[shard], lsn);
    }

    void countSamples(long count) {
        samples += count;
    }

    void countHistogram() {
        histograms++;
    }

    void countExemplar() {
        exemplars++;
    }

    void countMetadata() {
        metadata++;
    }

    void reject(long count, String why) {
        rejected += count;
        remark(why);
    }

    void remark(String why) {
        if (firstRejection == null) {
            firstRejection = why;
        }
    }

    private static final class End implements LsnVector {
        private long[] lsns = new long[0];

        @Override
        public int shards() {
            return lsns.length;
        }

        @Override
        public long lsn(int shard) {
            return lsns[shard];
        }
    }
}
