package io.seriatim.tools;

import io.seriatim.wal.Labels;
import java.util.function.Function;

/// What has been made of a series' labels, for instance how its lines begin. Not thread-safe.
///
/// Bounded: every series has one place, which it shares with others; the latest keeps it. Long ones are not
/// kept.
///
/// @param <T> never null
public final class LabelsCache<T> {
    private static final int PLACES = 4096;
    private static final int LONGEST_BYTES = 1024;

    private final Labels[] keys = new Labels[PLACES];
    private final Object[] values = new Object[PLACES];
    private final Function<Labels, T> maker;

    /// @param maker makes it of the labels
    public LabelsCache(Function<Labels, T> maker) {
        this.maker = maker;
    }

    /// @return what the maker makes of the labels, not to be changed
    @SuppressWarnings("unchecked") // a place's value was made by the maker
    public T of(Labels labels) {
        final int place = (int) labels.hash64() & (PLACES - 1);
        if (labels.equals(keys[place])) {
            return (T) values[place];
        }
        final T made = maker.apply(labels);
        if (labels.encodedLength() <= LONGEST_BYTES) {
            keys[place] = labels;
            values[place] = made;
        }
        return made;
    }
}
