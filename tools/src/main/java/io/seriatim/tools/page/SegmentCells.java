package io.seriatim.tools.page;

import io.seriatim.wal.mmap.InspectedFrame;
import io.seriatim.wal.mmap.InspectedSegment;

/// Where in one segment data and pads lie, in so many cells of equal size. One thread.
final class SegmentCells {
    static final int COUNT = 96;

    private final long bytes;
    private final int[] data = new int[COUNT];
    private final int[] pads = new int[COUNT];

    SegmentCells(InspectedSegment segment) {
        bytes = Math.max(
                1, segment.header() == null ? segment.bytes() : segment.header().segmentBytes());
    }

    void add(InspectedFrame frame) {
        final int[] cells = frame.isPad() ? pads : data;
        long from = frame.offset();
        final long to = from + frame.alignedLength();
        while (from < to) {
            final int cell = cell(from);
            final long end = Math.min(to, Math.max(from + 1, start(cell + 1)));
            cells[cell] += (int) (end - from);
            from = end;
        }
    }

    /// @return the cell that holds a byte
    int cell(long offset) {
        return (int) Math.min(COUNT - 1, offset * COUNT / bytes);
    }

    /// @return the first byte of a cell
    long start(int cell) {
        return (cell * bytes + COUNT - 1) / COUNT;
    }

    int data(int cell) {
        return data[cell];
    }

    int pads(int cell) {
        return pads[cell];
    }
}
