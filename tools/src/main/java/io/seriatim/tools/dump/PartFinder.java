package io.seriatim.tools.dump;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SamplesDecoder;
import io.seriatim.wal.mmap.InspectedFrame;
import io.seriatim.wal.mmap.InspectedSegment;
import io.seriatim.wal.mmap.SegmentVisitor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Finds the parts of a segment that are asked for, and what references stand for. One thread.
final class PartFinder implements SegmentVisitor {
    private static final int MAX_DEFINITIONS = 200_000;

    private final Predicate<Part> first;
    private final long limit;
    private final List<Part> parts = new ArrayList<>();
    private final Map<Integer, Labels> labels = new HashMap<>();
    private final SamplesDecoder decoder = new SamplesDecoder();
    private long frames;
    private long gaps;
    private long beyond;

    /// @param first tells the part to begin with
    /// @param limit the most parts
    PartFinder(Predicate<Part> first, long limit) {
        this.first = first;
        this.limit = limit;
    }

    @Override
    public void onFrame(InspectedSegment segment, InspectedFrame frame) {
        add(new Part(Part.Kind.FRAME, frames++, frame.offset(), frame.alignedLength(), frame.type(), null));
        if (frame.type() == FrameLayout.SAMPLES && labels.size() < MAX_DEFINITIONS) {
            define(frame);
        }
    }

    @Override
    public void onGap(InspectedSegment segment, int offset, int length, Damage.Kind kind) {
        gaps++;
        add(new Part(Part.Kind.GAP, frames, offset, length, 0, kind));
    }

    @Override
    public void onRest(InspectedSegment segment, int offset) {
        if (segment.readableBytes() > offset) {
            add(new Part(Part.Kind.UNWRITTEN, frames, offset, segment.readableBytes() - offset, 0, null));
        }
    }

    void add(Part part) {
        if (parts.isEmpty() ? first.test(part) : parts.size() < limit) {
            parts.add(part);
        } else if (!parts.isEmpty()) {
            beyond++;
        }
    }

    private void define(InspectedFrame frame) {
        try {
            decoder.samplesFrame(frame.array(), frame.arrayOffset(), frame.length(), 0);
            while (decoder.next()) {
                if (decoder.labelsLength() > 0) {
                    labels.putIfAbsent(
                            decoder.ref(),
                            Labels.decode(frame.array(), decoder.labelsOffset(), decoder.labelsLength()));
                }
            }
        } catch (MalformedFrameException | IllegalArgumentException _) {
            // Its drawing will show.
        }
    }

    /// @return the parts that were asked for
    List<Part> parts() {
        return parts;
    }

    Map<Integer, Labels> labels() {
        return labels;
    }

    long frames() {
        return frames;
    }

    long gaps() {
        return gaps;
    }

    /// @return parts behind those that were asked for
    long beyond() {
        return beyond;
    }
}
