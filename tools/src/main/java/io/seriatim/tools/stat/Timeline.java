package io.seriatim.tools.stat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;

/// What happened hour by hour; in wider steps where a log spans too many hours. Not thread-safe.
///
/// Steps in which nothing happened take no space. When there are too many others, the width doubles and neighbours
/// become one: samples add up, and so do the sketches of who was active.
final class Timeline {
    static final int MAX_STEPS = 512;

    private static final int LG_K = 12;

    private Long2ObjectHashMap<Step> steps = new Long2ObjectHashMap<>();
    private long width;

    // The step of the last timestamp and what is known to lie in it: most timestamps need no division.
    private Step current;
    private long currentFrom;
    private long currentTo;

    /// One step.
    static final class Step {
        final long index;
        final HllSketch active;
        long samples;

        private Step(long index, HllSketch active) {
            this.index = index;
            this.active = active;
        }
    }

    /// @param width of a step at first, in the log's unit
    Timeline(long width) {
        this.width = width;
    }

    /// @return the step of a timestamp; replaced by another when the width doubles
    Step at(long timestamp) {
        if (current != null && timestamp >= currentFrom && timestamp <= currentTo) {
            return current;
        }
        final long index = Math.floorDiv(timestamp, width);
        if (current != null && current.index == index) {
            currentFrom = Math.min(currentFrom, timestamp);
            currentTo = Math.max(currentTo, timestamp);
            return current;
        }
        current = step(index, timestamp);
        currentFrom = timestamp;
        currentTo = timestamp;
        return current;
    }

    private Step step(long index, long timestamp) {
        final Step known = steps.get(index);
        if (known != null) {
            return known;
        }
        final Step made = new Step(index, new HllSketch(LG_K, TgtHllType.HLL_8));
        steps.put(index, made);
        while (steps.size() > MAX_STEPS) {
            widen();
        }
        return steps.get(Math.floorDiv(timestamp, width));
    }

    private void widen() {
        width *= 2;
        final Long2ObjectHashMap<Step> wider = new Long2ObjectHashMap<>();
        for (final Step step : steps.values()) {
            final long index = Math.floorDiv(step.index, 2L);
            final Step before = wider.get(index);
            final Step merged = new Step(index, before == null ? step.active : union(before.active, step.active));
            merged.samples = step.samples + (before == null ? 0 : before.samples);
            wider.put(index, merged);
        }
        steps = wider;
    }

    private static HllSketch union(HllSketch one, HllSketch other) {
        final HllUnion union = new HllUnion(LG_K);
        union.update(one);
        union.update(other);
        return union.getResult(TgtHllType.HLL_8);
    }

    /// @return the width of a step, in the log's unit
    long width() {
        return width;
    }

    long index(long timestamp) {
        return Math.floorDiv(timestamp, width);
    }

    /// @return the first timestamp of a step
    long start(long index) {
        return Math.multiplyHigh(index, width) == (index * width) >> 63 ? index * width : Long.MIN_VALUE;
    }

    /// @return the steps in which something happened, in order
    List<Step> steps() {
        final List<Step> sorted = new ArrayList<>(steps.values());
        sorted.sort(Comparator.comparingLong(step -> step.index));
        return sorted;
    }
}
