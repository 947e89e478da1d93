package io.seriatim.tools.store;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What became of what was sent. Thread-safe.
public final class StoreTally {
    private final Map<Chunk.Kind, LongAdder> taken = new EnumMap<>(Chunk.Kind.class);
    private final LongAdder refused = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder retries = new LongAdder();

    StoreTally() {
        for (final Chunk.Kind kind : Chunk.Kind.values()) {
            taken.put(kind, new LongAdder());
        }
    }

    void taken(Chunk.Kind kind, long count) {
        if (kind != Chunk.Kind.PART) {
            taken.get(kind).add(count);
        }
    }

    void refused(long count) {
        refused.add(count);
    }

    void request(int length) {
        requests.increment();
        bytes.add(length);
    }

    void retry() {
        retries.increment();
    }

    /// @return samples that the store took
    public long samples() {
        return taken.get(Chunk.Kind.SAMPLE).sum();
    }

    /// @return histograms that the store took
    public long histograms() {
        return taken.get(Chunk.Kind.HISTOGRAM).sum();
    }

    /// @return exemplars that the store took
    public long exemplars() {
        return taken.get(Chunk.Kind.EXEMPLAR).sum();
    }

    /// @return everything that the store took
    public long taken() {
        return taken.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /// @return what it refused for good
    public long refused() {
        return refused.sum();
    }

    /// @return requests that had an answer
    public long requests() {
        return requests.sum();
    }

    /// @return bytes of those requests, as they were sent
    public long bytes() {
        return bytes.sum();
    }

    /// @return how often a request had to be sent again
    public long retries() {
        return retries.sum();
    }

    /// @return a line for people
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d samples, %,d histograms and %,d exemplars in %,d requests of %,d bytes, %,d sent again",
                samples(),
                histograms(),
                exemplars(),
                requests(),
                bytes(),
                retries());
    }
}
