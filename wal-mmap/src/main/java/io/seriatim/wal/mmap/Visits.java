package io.seriatim.wal.mmap;

import java.io.IOException;

/// Tells a [SegmentVisitor], if there is one, what a scan comes across. One scan, one thread.
final class Visits {
    private final SegmentVisitor visitor;
    private final InspectedFrame frame = new InspectedFrame();
    private SegmentFile current;
    private InspectedSegment shown;

    /// @param visitor or null
    Visits(SegmentVisitor visitor) {
        this.visitor = visitor;
    }

    void segment(SegmentFile segment, boolean read) {
        if (visitor != null) {
            visitor.onSegment(show(segment), read);
        }
    }

    /// Goes on, and tells where.
    ///
    /// @return what [FrameScanner#next] returns
    int next(SegmentFile segment, FrameScanner scanner) throws IOException {
        final int what = scanner.next();
        if (visitor != null) {
            tell(segment, scanner, what);
        }
        return what;
    }

    private void tell(SegmentFile segment, FrameScanner scanner, int what) throws IOException {
        switch (what) {
            case FrameScanner.FRAME -> visitor.onFrame(show(segment), frame.of(scanner));
            case FrameScanner.GAP ->
                visitor.onGap(show(segment), scanner.offset(), scanner.length(), scanner.gapKind());
            default -> visitor.onRest(show(segment), scanner.offset());
        }
    }

    private InspectedSegment show(SegmentFile segment) {
        if (segment != current) {
            current = segment;
            shown = InspectedSegment.of(segment);
        }
        return shown;
    }
}
