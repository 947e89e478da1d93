package io.seriatim.tools.sort;

/// Sorts numbers by what they stand for, in memory of its own: the JDK sorts `int` by value only. Not
/// thread-safe.
final class EntrySort {
    private int[] order;
    private int[] spare;

    /// How the things that two numbers stand for are ordered.
    @FunctionalInterface
    interface Comparison {
        int compare(int a, int b);
    }

    EntrySort(int most) {
        this.order = new int[most];
        this.spare = new int[most];
    }

    /// Sorts the numbers from 0 on: merges runs of 1, of 2, of 4, ...
    void sort(int count, Comparison comparison) {
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        for (int width = 1; width < count && width > 0; width *= 2) {
            for (int from = 0; from < count; from += 2 * width) {
                final int middle = Math.min(from + width, count);
                merge(from, middle, Math.min(middle + width, count), comparison);
            }
            final int[] sorted = spare;
            spare = order;
            order = sorted;
        }
    }

    private void merge(int from, int middle, int until, Comparison comparison) {
        int left = from;
        int right = middle;
        for (int at = from; at < until; at++) {
            final boolean takeLeft =
                    right == until || left < middle && comparison.compare(order[left], order[right]) <= 0;
            spare[at] = takeLeft ? order[left++] : order[right++];
        }
    }

    /// @return the number at a place of the order
    int at(int place) {
        return order[place];
    }
}
