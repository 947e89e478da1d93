package io.seriatim.tools.sort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/// Samples by series and, within a series, by time; those of one time in the order in which they came. Goes
/// through them once, merging runs. Not thread-safe.
public final class SortedSamples {
    private final PriorityQueue<RunReader> bySeries = new PriorityQueue<>();
    private final PriorityQueue<RunReader> byTime = new PriorityQueue<>(SortedSamples::compareTimes);
    private final List<RunReader> together = new ArrayList<>();
    private byte[] key = new byte[0];
    private int keyLength;
    private long count;
    private RunReader current;

    SortedSamples(List<RunReader> runs) throws IOException {
        for (final RunReader run : runs) {
            if (run.nextSeries()) {
                bySeries.add(run);
            }
        }
    }

    private static int compareTimes(RunReader a, RunReader b) {
        final int order = Long.compare(a.timestamp(), b.timestamp());
        return order != 0 ? order : Integer.compare(a.number(), b.number());
    }

    /// Turns to the next series, whether all samples of the present one were looked at or not.
    ///
    /// @return false if there is none
    /// @throws UncheckedIOException if the temporary file cannot be read
    public boolean nextSeries() {
        try {
            while (nextSample()) {
                // To the end of the present one.
            }
            for (final RunReader run : together) {
                if (run.nextSeries()) {
                    bySeries.add(run);
                }
            }
            together.clear();
            current = null;
            if (bySeries.isEmpty()) {
                return false;
            }
            count = 0;
            do {
                final RunReader run = bySeries.poll();
                together.add(run);
                count += run.samplesLeft();
            } while (!bySeries.isEmpty() && together.getFirst().compareKeys(bySeries.peek()) == 0);
            key = together.getFirst().key();
            keyLength = together.getFirst().keyLength();
            for (final RunReader run : together) {
                if (run.nextSample()) {
                    byTime.add(run);
                }
            }
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return the key of the series, as [SortKey] makes them, in the first [#keyLength()] bytes
    public byte[] key() {
        return key;
    }

    /// @return its length
    public int keyLength() {
        return keyLength;
    }

    /// @return how many samples the series has
    public long count() {
        return count;
    }

    /// Turns to the next sample of the series.
    ///
    /// @return false if there is none
    /// @throws UncheckedIOException if the temporary file cannot be read
    public boolean nextSample() {
        try {
            if (current != null && !current.nextSample()) {
                current = null;
            } else if (current != null && !byTime.isEmpty() && compareTimes(byTime.peek(), current) < 0) {
                byTime.add(current);
                current = null;
            }
            if (current == null) {
                current = byTime.poll();
            }
            return current != null;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return the time of the present sample
    public long timestamp() {
        return current.timestamp();
    }

    /// @return the bits of the value of the present sample
    public long valueBits() {
        return current.bits();
    }
}
