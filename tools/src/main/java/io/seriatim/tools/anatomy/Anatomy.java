package io.seriatim.tools.anatomy;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Samples;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.mmap.InspectedFrame;
import io.seriatim.wal.mmap.InspectedSegment;
import io.seriatim.wal.mmap.SegmentVisitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// Takes down what every segment consists of while a log is read. Any number of threads, one at a time for a
/// shard.
public final class Anatomy implements SegmentVisitor {
    private final Map<Integer, Shard> shards = new ConcurrentSkipListMap<>();

    @Override
    public void onSegment(InspectedSegment segment, boolean read) {
        shard(segment.shard()).begin(segment, read);
    }

    @Override
    public void onFrame(InspectedSegment segment, InspectedFrame frame) {
        shard(segment.shard()).frame(segment, frame);
    }

    @Override
    public void onGap(InspectedSegment segment, int offset, int length, Damage.Kind kind) {
        shard(segment.shard()).gap(segment, offset, length, kind);
    }

    @Override
    public void onRest(InspectedSegment segment, int offset) {
        shard(segment.shard()).segments.get(segment.file()).rest(offset);
    }

    /// Samples without labels, as a replay hands them over.
    public void onOrphan(long epochId, int ref, Samples samples) {
        shard(Lsn.shard(samples.lsn())).orphans.add(epochId, ref, samples);
    }

    private Shard shard(int shard) {
        return shards.computeIfAbsent(shard, _ -> new Shard());
    }

    /// @return every file with a segment's name that the reader came across, by shard and in its order
    public List<SegmentAnatomy> segments() {
        final List<SegmentAnatomy> all = new ArrayList<>();
        shards.values().forEach(shard -> all.addAll(shard.segments.values()));
        return all;
    }

    /// @return those of one shard
    Collection<SegmentAnatomy> segments(int shard) {
        return shards.containsKey(shard) ? shards.get(shard).segments.values() : List.of();
    }

    /// @return a segment that was read, or null
    SegmentAnatomy read(int shard, Path file) {
        final SegmentAnatomy found =
                shards.containsKey(shard) ? shards.get(shard).segments.get(file) : null;
        return found != null && found.isRead() ? found : null;
    }

    Orphans orphans(int shard) {
        return shard(shard).orphans;
    }

    /// One shard, in the order of its log.
    private static final class Shard {
        private final Map<Path, SegmentAnatomy> segments = new LinkedHashMap<>();
        private final Orphans orphans = new Orphans();
        private final List<SegmentAnatomy.Behind> waiting = new ArrayList<>();
        private final BatchCount batch = new BatchCount();
        private boolean any;
        private long last;

        void begin(InspectedSegment segment, boolean read) {
            segments.put(segment.file(), new SegmentAnatomy(segment, read));
        }

        void frame(InspectedSegment segment, InspectedFrame frame) {
            switch (frame.type()) {
                case FrameLayout.SAMPLE,
                        FrameLayout.SAMPLES,
                        FrameLayout.RECORD,
                        FrameLayout.HISTOGRAM,
                        FrameLayout.EXEMPLAR,
                        FrameLayout.METADATA -> batch.record(frame.position());
                case FrameLayout.MARK -> batch.mark(frame.array(), frame.arrayOffset(), frame.length());
                default -> {}
            }
            if (segments.get(segment.file()).frame(frame)) {
                if (!waiting.isEmpty()) {
                    final long first = SegmentAnatomy.min(frame.array(), frame.arrayOffset(), frame.type());
                    waiting.forEach(behind -> behind.is(first));
                    waiting.clear();
                }
                any = true;
                last = SegmentAnatomy.max(frame.array(), frame.arrayOffset(), frame.type());
            }
        }

        void gap(InspectedSegment segment, int offset, int length, Damage.Kind kind) {
            final SegmentAnatomy.Behind behind = new SegmentAnatomy.Behind();
            waiting.add(behind);
            final long from = segment.header().base() + offset;
            batch.gap(from, from + length, behind);
            segments.get(segment.file()).gap(new SegmentAnatomy.Gap(offset, length, kind, any ? last : null, behind));
        }
    }
}
