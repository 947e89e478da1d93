package io.seriatim.wal.mmap;

import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.Mark;
import java.io.IOException;

/// Runs ahead of a tail through the segment that it is in, and learns from the marks there how far the log
/// asserts to be durable. Not thread-safe.
///
/// A mark asserts what was forced before it was written. So a batch is known to be durable when the mark of
/// the next one is there, or, in a log that has fallen idle, the closing assertion. Marks in the next segment
/// need not be looked at: a segment whose end is durable is sealed.
final class DurableScout {
    private static final int WINDOW_BYTES = 64 * 1024;

    private final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
    private long durable;

    /// Turns to a segment.
    void open(StorageFile file, SegmentFile segment) {
        scanner.open(file, segment);
    }

    /// @return whether the log asserts that everything below a position of the open segment is durable
    boolean isDurable(long position) throws IOException {
        while (position > durable && scanner.nextCommitted() == FrameScanner.FRAME) {
            if (scanner.type() == FrameLayout.MARK) {
                mark();
            }
        }
        return position <= durable;
    }

    private void mark() throws IOException {
        try {
            final int index = scanner.frameIndex();
            Mark.check(scanner.bytes(), index, scanner.length());
            final long asserted = Mark.durable(scanner.bytes(), index);
            if (asserted <= scanner.position()) {
                durable = Math.max(durable, asserted);
            }
        } catch (MalformedFrameException _) {
            // Who reads the segment reports it.
        }
    }
}
