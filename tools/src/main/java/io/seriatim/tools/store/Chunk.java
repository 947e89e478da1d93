package io.seriatim.tools.store;

import java.util.Arrays;

/// What one request says of one series: encoded elements, in the order of the log. Reused. Not thread-safe.
final class Chunk {
    /// What an element is, for those who count.
    enum Kind {
        SAMPLE,
        HISTOGRAM,
        EXEMPLAR,
        METADATA,
        /// More of a histogram that became several series: counted with its first part.
        PART
    }

    private static final int SMALL_BYTES = 1024;
    private static final Kind[] KINDS = Kind.values();

    private final ProtoBuffer elements = new ProtoBuffer(64);
    private Object series;
    private int[] ends = new int[4];
    private byte[] kinds = new byte[4];
    private int[] attached = new int[4];
    private int count;

    Chunk begin(Object series) {
        this.series = series;
        elements.clear();
        count = 0;
        return this;
    }

    /// @return whether it is worth being used again
    boolean isSmall() {
        return elements.bytes().length <= SMALL_BYTES;
    }

    /// @return what the dialect knows of the series
    Object series() {
        return series;
    }

    /// @return where to write the next element, which [#add] ends
    ProtoBuffer elements() {
        return elements;
    }

    void add(Kind kind) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            kinds = Arrays.copyOf(kinds, 2 * count);
            attached = Arrays.copyOf(attached, 2 * count);
        }
        attached[count] = 0;
        kinds[count] = (byte) kind.ordinal();
        ends[count++] = elements.length();
    }

    /// Ends what was written behind the last element as a part of it: an exemplar.
    void attach() {
        attached[count - 1]++;
        ends[count - 1] = elements.length();
    }

    /// @return exemplars that are part of an element
    int attached(int element) {
        return attached[element];
    }

    int count() {
        return count;
    }

    Kind kind(int element) {
        return KINDS[kinds[element]];
    }

    int start(int element) {
        return element == 0 ? 0 : ends[element - 1];
    }

    int end(int element) {
        return ends[element];
    }
}
