package io.seriatim.tools.page;

import io.seriatim.tools.anatomy.Anatomy;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.mmap.InspectedFrame;
import io.seriatim.wal.mmap.InspectedSegment;
import io.seriatim.wal.mmap.SegmentVisitor;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Collects what a page shows beyond the report, while a log is read. Thread-safe.
public final class PageData implements SegmentVisitor, ReplayHandler {
    private final Anatomy anatomy;
    private final Map<Path, SegmentCells> cells = new ConcurrentHashMap<>();
    private final TimeBins times = new TimeBins();
    private final SeriesCount series = new SeriesCount();

    /// @param anatomy is told everything as well
    public PageData(Anatomy anatomy) {
        this.anatomy = anatomy;
    }

    @Override
    public void onSegment(InspectedSegment segment, boolean read) {
        cells.put(segment.file(), new SegmentCells(segment));
        anatomy.onSegment(segment, read);
    }

    @Override
    public void onFrame(InspectedSegment segment, InspectedFrame frame) {
        cells.get(segment.file()).add(frame);
        if (frame.type() == FrameLayout.MARK) {
            mark(frame);
        }
        anatomy.onFrame(segment, frame);
    }

    private void mark(InspectedFrame frame) {
        try {
            final Mark mark = Mark.decode(frame.array(), frame.arrayOffset(), frame.length());
            if (mark.to() > mark.from()) {
                times.add(mark.wallClockMs(), mark.records(), mark.to() - mark.from());
            }
        } catch (MalformedFrameException _) {
            // Reported as damage.
        }
    }

    @Override
    public void onGap(InspectedSegment segment, int offset, int length, Damage.Kind kind) {
        anatomy.onGap(segment, offset, length, kind);
    }

    @Override
    public void onRest(InspectedSegment segment, int offset) {
        anatomy.onRest(segment, offset);
    }

    @Override
    public void onSamples(Labels labels, Samples samples) {
        series.add(labels, samples.count());
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        anatomy.onOrphan(epochId, ref, samples);
    }

    SegmentCells cells(Path file) {
        return cells.get(file);
    }

    TimeBins times() {
        return times;
    }

    SeriesCount series() {
        return series;
    }

    Anatomy anatomy() {
        return anatomy;
    }
}
