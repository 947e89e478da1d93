package io.seriatim.tools.store;

import io.seriatim.wal.Lsn;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What goes into one request, and how far in the log that is. Reused. Not thread-safe.
final class Parcel {
    private static final int MOST_SPARE = 5_000;

    private final Map<Object, Chunk> bySeries = new IdentityHashMap<>();
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Chunk> spare = new ArrayList<>();
    private final Map<Integer, Place> places = new TreeMap<>();
    private int elements;
    private long bytes;
    private Chunk latest;

    void clear() {
        for (final Chunk chunk : chunks) {
            if (spare.size() < MOST_SPARE && chunk.isSmall()) {
                spare.add(chunk);
            }
        }
        chunks.clear();
        bySeries.clear();
        places.clear();
        elements = 0;
        bytes = 0;
        latest = null;
    }

    /// @param series      what the dialect knows of it: one object for one series
    /// @param seriesBytes what a request says of it, however many elements there are
    /// @return its chunk; [#added] follows each element
    Chunk of(Object series, int seriesBytes) {
        latest = bySeries.get(series);
        if (latest == null) {
            latest = (spare.isEmpty() ? new Chunk() : spare.removeLast()).begin(series);
            bySeries.put(series, latest);
            chunks.add(latest);
            bytes += seriesBytes;
        }
        return latest;
    }

    /// Ends the element that was written into the chunk asked for last.
    void added(Chunk.Kind kind) {
        final int from = latest.count() == 0 ? 0 : latest.end(latest.count() - 1);
        latest.add(kind);
        bytes += latest.end(latest.count() - 1) - from;
        elements++;
    }

    /// Ends what was written behind the last element of the chunk asked for last, as a part of it.
    void attached() {
        final int from = latest.end(latest.count() - 1);
        latest.attach();
        bytes += latest.end(latest.count() - 1) - from;
    }

    /// Notes that a part of a record is in, whole.
    void reached(long lsn) {
        places.merge(Lsn.shard(lsn), new Place(Lsn.position(lsn), 1), Place::followedBy);
    }

    List<Chunk> chunks() {
        return chunks;
    }

    int elements() {
        return elements;
    }

    /// @return about how long the request is
    long bytes() {
        return bytes;
    }

    /// @return per shard the last record that is in
    Map<Integer, Place> places() {
        return places;
    }

    boolean isEmpty() {
        return elements == 0 && places.isEmpty();
    }
}
