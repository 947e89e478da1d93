package io.seriatim.tools.sort;

/// Sorts the samples of one series by time; those of one time keep their order. In fixed memory. Not
/// thread-safe.
final class SampleSort {
    private long[] pairs;
    private long[] spare;
    private int samples;
    private boolean sorted;

    SampleSort(int memoryBytes) {
        final int longs = memoryBytes / 2 / Long.BYTES & -2;
        this.pairs = new long[longs];
        this.spare = new long[longs];
    }

    int mostSamples() {
        return pairs.length / 2;
    }

    void clear() {
        samples = 0;
        sorted = true;
    }

    /// Adds samples: timestamp and bits in turn.
    void add(long[] source, int from, int count) {
        System.arraycopy(source, from, pairs, 2 * samples, 2 * count);
        for (int i = Math.max(1, samples); i < samples + count; i++) {
            sorted &= pairs[2 * i - 2] <= pairs[2 * i];
        }
        samples += count;
    }

    void sortByTime() {
        if (sorted) {
            return;
        }
        for (int width = 1; width < samples; width *= 2) {
            for (int from = 0; from < samples; from += 2 * width) {
                final int middle = Math.min(from + width, samples);
                merge(from, middle, Math.min(middle + width, samples));
            }
            final long[] swap = spare;
            spare = pairs;
            pairs = swap;
        }
    }

    private void merge(int from, int middle, int until) {
        int left = from;
        int right = middle;
        for (int at = from; at < until; at++) {
            final boolean takeLeft = right == until || left < middle && pairs[2 * left] <= pairs[2 * right];
            final int taken = takeLeft ? left++ : right++;
            spare[2 * at] = pairs[2 * taken];
            spare[2 * at + 1] = pairs[2 * taken + 1];
        }
    }

    int samples() {
        return samples;
    }

    long timestamp(int index) {
        return pairs[2 * index];
    }

    long bits(int index) {
        return pairs[2 * index + 1];
    }
}
