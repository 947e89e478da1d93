package io.seriatim.tools.anatomy;

import io.seriatim.wal.Samples;
import java.util.HashSet;
import java.util.Set;

/// Samples of one shard whose labels are lost: how many series, and from when. Filled by one thread.
final class Orphans {
    private static final int MAX_SERIES = 100_000;

    private final Set<Key> series = new HashSet<>();
    private boolean more;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    private record Key(long epochId, int ref) {}

    void add(long epochId, int ref, Samples samples) {
        if (series.size() < MAX_SERIES) {
            series.add(new Key(epochId, ref));
        } else {
            more = true;
        }
        for (int i = 0; i < samples.count(); i++) {
            min = Math.min(min, samples.timestamp(i));
            max = Math.max(max, samples.timestamp(i));
        }
    }

    int series() {
        return series.size();
    }

    /// @return whether there are more series than were counted
    boolean hasMore() {
        return more;
    }

    Long min() {
        return min <= max ? min : null;
    }

    Long max() {
        return min <= max ? max : null;
    }
}
