package io.seriatim.tools.stat;

import io.seriatim.wal.Labels;
import java.util.Collection;
import org.agrona.collections.Long2ObjectHashMap;

/// Every series as long as they fit; beyond that a fair sample of them. Not thread-safe.
///
/// A series is in the sample if its hash begins with enough zero bits, which one in 2^level does. When there are too
/// many series, or their labels are too long, the level rises by one and half of them go. So each series had the same
/// chance, whenever it came and however often, and what is counted in the sample times 2^level estimates the whole.
final class SeriesTable {
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final int maxSeries;
    private final long maxLabelBytes;
    private final Long2ObjectHashMap<SeriesState> states = new Long2ObjectHashMap<>();
    private long labelBytes;
    private int level;

    /// @param maxSeries     the most series kept
    /// @param maxLabelBytes the most bytes of labels kept
    SeriesTable(int maxSeries, long maxLabelBytes) {
        this.maxSeries = maxSeries;
        this.maxLabelBytes = maxLabelBytes;
    }

    /// @return the state of a series that is in the table, or null
    SeriesState find(Labels labels) {
        return states.get(labels.hash64());
    }

    /// @return whether a series belongs in the table
    boolean wants(Labels labels) {
        return Long.numberOfLeadingZeros(labels.hash64() * MIX) >= level;
    }

    /// Puts a series in that belongs there and is not there yet.
    ///
    /// @return its state
    SeriesState add(Labels labels) {
        final SeriesState state = new SeriesState(labels);
        states.put(labels.hash64(), state);
        labelBytes += labels.encodedLength();
        return state;
    }

    /// @return whether there are too many, so that [#thin()] is due
    boolean isTooFull() {
        return states.size() > maxSeries || labelBytes > maxLabelBytes;
    }

    /// Lets half of the series go, or more, until the rest fits.
    void thin() {
        while (isTooFull() && level < Long.SIZE) {
            level++;
            final Long2ObjectHashMap<SeriesState>.ValueIterator each =
                    states.values().iterator();
            while (each.hasNext()) {
                final SeriesState state = each.next();
                if (!wants(state.labels)) {
                    labelBytes -= state.labels.encodedLength();
                    each.remove();
                }
            }
        }
    }

    /// @return how many times the table has been halved: 0 if every series is in it
    int level() {
        return level;
    }

    /// @return the states of the series in the table
    Collection<SeriesState> states() {
        return states.values();
    }
}
