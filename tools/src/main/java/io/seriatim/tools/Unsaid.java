package io.seriatim.tools;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What a log holds and a format has no words for, counted. Thread-safe.
public final class Unsaid {
    /// Why something is not in the output as it is in the log.
    public enum Reason {
        OPAQUE_RECORDS(true, "opaque records"),
        DETAILS(true, "histograms, exemplars and metadata"),
        ORPHANS(true, "samples whose labels are lost"),
        EMPTY_SERIES(true, "appends of a series without samples"),
        UNNAMED(true, "samples of series without a __name__"),
        NAMES(true, "samples of series with names or values that it cannot write"),
        NOT_FINITE(true, "samples that are NaN or infinite"),
        TIMES(true, "samples at times beyond its range"),
        TOO_COARSE(true, "exponential histograms with a scale below -4"),
        TOO_WIDE(true, "exponential histograms whose buckets are more than 65,536 apart"),
        LONELY_EXEMPLARS(true, "exemplars without a point that they could belong to"),
        OTHER_METADATA(true, "METADATA that has no field there"),
        SAME_TIME(true, "samples at a time that their series had already"),
        MILLIS(false, "times cut to milliseconds"),
        CLASSIC(false, "explicit histograms became series of buckets"),
        DELTA(false, "histograms of delta temporality became gauge histograms"),
        JOINED(false, "buckets of exponential histograms were joined to a scale of 8"),
        NAN_PAYLOADS(false, "NaNs lost their payload"),
        EMPTY_LABELS(false, "samples of series with an empty label, which it takes for none");

        private final boolean leftOut;
        private final String words;

        Reason(boolean leftOut, String words) {
            this.leftOut = leftOut;
            this.words = words;
        }
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    /// Nothing yet.
    public Unsaid() {
        for (final Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    /// Counts.
    public void add(Reason reason, long count) {
        counts.get(reason).add(count);
    }

    /// @return how often
    public long count(Reason reason) {
        return counts.get(reason).sum();
    }

    /// @return a line for what was left out and one for what was changed, where there is any
    public List<String> lines(String format) {
        final List<String> lines = new ArrayList<>();
        final String leftOut = list(true);
        final String changed = list(false);
        if (!leftOut.isEmpty()) {
            lines.add("left out, since " + format + " cannot say it: " + leftOut);
        }
        if (!changed.isEmpty()) {
            lines.add("changed, since " + format + " cannot say it: " + changed);
        }
        return lines;
    }

    private String list(boolean leftOut) {
        final List<String> parts = new ArrayList<>();
        counts.forEach((reason, count) -> {
            if (reason.leftOut == leftOut && count.sum() > 0) {
                parts.add(String.format(Locale.ROOT, "%s (%,d)", reason.words, count.sum()));
            }
        });
        return String.join(", ", parts);
    }
}
