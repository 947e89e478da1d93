package io.seriatim.tools.serve.intake;

import io.seriatim.tools.SeriesCache;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.SeriesLimitException;
import io.seriatim.wal.Wal;
import java.util.IdentityHashMap;
import java.util.Map;

/// The series of one [Intake], by the bytes that stand for them in messages. Bounded in number and in bytes of heap, of
/// which it counts what a sender decides about and adds a guess for the rest: when it is full it forgets everything.
/// Not thread-safe.
final class SeriesIndex {
    /// A longer key is not kept: its series is looked up anew with each message.
    private static final int LONGEST_KEY = 128 * 1024;

    /// Objects and places in tables for each series.
    private static final int ENTRY_BYTES = 250;

    private static final long EVICTION_NS = 10_000_000_000L;

    private final Wal wal;
    private final Runnable commit;
    private final int limit;
    private final long byteLimit;
    private final SeriesCache<Sighting> sightings;
    private final Map<SeriesHandle, SeriesState> states = new IdentityHashMap<>();
    private long usedBytes;
    private long lastEvictionNs = System.nanoTime() - EVICTION_NS;

    /// @param commit logs what waits: its series are not idle
    SeriesIndex(Wal wal, int limit, long byteLimit, Runnable commit) {
        this.wal = wal;
        this.commit = commit;
        this.limit = limit;
        this.byteLimit = byteLimit;
        this.sightings = new SeriesCache<>(limit);
    }

    /// @return what exactly these bytes stand for, or null
    Sighting find(byte[] key, int from, int to) {
        return sightings.find(key, from, to);
    }

    /// Registers a series that was not found.
    ///
    /// @throws RejectedException if the log takes no more series
    Sighting add(byte[] key, int from, int to, Labels labels, Description description) throws RejectedException {
        final SeriesHandle handle = register(labels);
        final int length = to - from;
        // Labels may live here alone: the log forgets series, too.
        final long bytes = ENTRY_BYTES + length + labels.encodedLength() + description.bytes();
        if (states.size() >= limit || usedBytes + bytes > byteLimit) {
            clear();
        }
        usedBytes += bytes;
        final Sighting sighting = new Sighting(states.computeIfAbsent(handle, SeriesState::new), description);
        if (length <= LONGEST_KEY) {
            sightings.put(key, from, to, sighting); // what it forgets for that stays counted: its states are still here
        }
        return sighting;
    }

    /// When there are too many series, the log forgets those that nobody writes any more; not with each new one, since
    /// that walks over all of them.
    private SeriesHandle register(Labels labels) throws RejectedException {
        try {
            try {
                return wal.series(labels);
            } catch (SeriesLimitException full) {
                final long nowNs = System.nanoTime();
                if (nowNs - lastEvictionNs < EVICTION_NS) {
                    throw full;
                }
                lastEvictionNs = nowNs;
                commit.run();
                wal.evictIdle(wal.checkpoint());
                return wal.series(labels);
            }
        } catch (SeriesLimitException refusal) {
            throw new RejectedException(refusal.getMessage());
        }
    }

    private void clear() {
        sightings.clear();
        states.clear();
        usedBytes = 0;
    }
}
