package io.seriatim.tools.store;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.util.Arrays;

/// What is remembered of a series between two points. Not thread-safe.
final class OtlpSeries {
    private final Labels labels;
    private final OtlpStream[] streams = new OtlpStream[OtlpStream.Kind.values().length];
    private OtlpWords words;
    private boolean described;
    private int asOf;
    private OtlpStream latest;
    private long start = Histogram.NO_START;
    private long exactTimestamp;
    private Long exact;

    OtlpSeries(Labels labels) {
        this.labels = labels;
        this.words = new OtlpWords(labels, OtlpFacts.NONE);
    }

    /// Takes over what METADATA says of this very series. Points before stay what they were.
    void describe(OtlpFacts facts) {
        described = true;
        learn(facts);
    }

    /// Takes over what is known of the metric, unless METADATA has said more.
    ///
    /// @param generation of what is known
    void assume(OtlpFacts facts, int generation) {
        asOf = generation;
        if (!described) {
            learn(facts);
        }
    }

    private void learn(OtlpFacts facts) {
        if (!facts.equals(words.facts())) {
            words = new OtlpWords(labels, facts);
            Arrays.fill(streams, null);
        }
    }

    /// @return the generation of what it assumes
    int asOf() {
        return asOf;
    }

    OtlpWords words() {
        return words;
    }

    /// @return the points of this kind; exemplars that follow belong to them
    OtlpStream stream(OtlpStream.Kind kind, boolean delta) {
        latest = streams[kind.ordinal()];
        if (latest == null || latest.delta() != delta) {
            latest = new OtlpStream(words, kind, delta);
            streams[kind.ordinal()] = latest;
        }
        return latest;
    }

    /// @return the points that came last, or null
    OtlpStream latest() {
        return latest;
    }

    boolean isDelta() {
        return words.facts().delta() || "delta".equals(labels.get("__temporality__"));
    }

    /// @return since when it counts, in the log's unit, or [Histogram#NO_START]
    long start() {
        return start;
    }

    void start(long timestamp) {
        start = timestamp;
    }

    /// Notes an integer that no double is, of the sample at that time that follows.
    void exact(long timestamp, long number) {
        exactTimestamp = timestamp;
        exact = number;
    }

    /// @return the integer of the sample at this time, or null
    Long exact(long timestamp) {
        return exact != null && exactTimestamp == timestamp ? exact : null;
    }
}
