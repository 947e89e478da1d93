package io.seriatim.tools.stat;

import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;

/// Counts what a replay hands on, in bounded memory: exactly while everything fits, then with a sample of the series
/// and sketches. Not thread-safe.
final class Survey implements ReplayHandler {
    /// The most series, and the most bytes of their labels, that are counted one by one.
    static final int MAX_SERIES = 1 << 16;

    static final long MAX_LABEL_BYTES = 16 << 20;

    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final int SLOT_BITS = 12;
    private static final int SEEN_BITS = 18;

    final SeriesTable table;
    final LabelNames names = new LabelNames();
    final Timeline timeline;
    HeavySeries heavy; // null while every series is in the table
    long seriesBytes;
    long details;
    long opaqueRecords;
    long opaqueBytes;

    private final Slot[] slots = new Slot[1 << SLOT_BITS];
    private final Slot spare = new Slot();
    private final long[] seen = new long[1 << SEEN_BITS];

    /// A series that was there lately, so that most samples need no look-up.
    private static final class Slot {
        Labels labels;
        SeriesState state;
        long stepIndex;
        long stepWidth;
        long samples;
        long bytes;
    }

    /// @param stepWidth of the timeline, in the log's unit
    Survey(long stepWidth) {
        this(stepWidth, MAX_SERIES, MAX_LABEL_BYTES);
    }

    Survey(long stepWidth, int maxSeries, long maxLabelBytes) {
        timeline = new Timeline(stepWidth);
        table = new SeriesTable(maxSeries, maxLabelBytes);
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot();
        }
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        final int count = samples.count();
        final int bytes = samples.encodedBytes();
        final Slot slot = slot(series);
        seriesBytes += bytes;
        for (int i = 0; i < count; i++) {
            sample(slot, samples.timestamp(i));
        }
        final SeriesState state = slot.state;
        if (state != null) {
            state.samples += count;
            state.bytes += bytes;
        }
        if (heavy != null) {
            slot.samples += count;
            slot.bytes += bytes;
        }
        if (table.isTooFull()) {
            thin();
        }
    }

    private void sample(Slot slot, long timestamp) {
        final Timeline.Step step = timeline.at(timestamp);
        step.samples++;
        if (slot.stepIndex != step.index || slot.stepWidth != timeline.width()) {
            slot.stepIndex = step.index;
            slot.stepWidth = timeline.width();
            step.active.update(slot.labels.hash64());
        }
        final SeriesState state = slot.state;
        if (state == null) {
            return;
        }
        if (timestamp >= state.last) {
            state.last = timestamp;
        } else {
            state.outOfOrder += state.first <= state.last ? 1 : 0; // the first of all may be the least long
        }
        state.first = Math.min(state.first, timestamp);
    }

    private Slot slot(Labels labels) {
        final boolean kept = labels.encodedLength() <= SeriesName.MAX_BYTES;
        final Slot slot = kept ? slots[(int) (labels.hash64() * MIX >>> Long.SIZE - SLOT_BITS)] : spare;
        if (labels != slot.labels) {
            if (!labels.equals(slot.labels)) {
                flush(slot);
                slot.state = state(labels);
                slot.stepWidth = 0;
            }
            slot.labels = labels;
        }
        return slot;
    }

    private SeriesState state(Labels labels) {
        final SeriesState known = table.find(labels);
        if (known != null) {
            return known;
        }
        final boolean wanted = table.wants(labels);
        if (wanted || !wasSeen(labels.hash64())) {
            names.add(labels);
        }
        return wanted ? table.add(labels) : null;
    }

    /// Forgets, but never takes one series for another.
    private boolean wasSeen(long hash) {
        final int place = (int) (hash * MIX >>> Long.SIZE - SEEN_BITS);
        final boolean was = seen[place] == hash;
        seen[place] = hash;
        return was;
    }

    private void thin() {
        if (heavy == null) {
            heavy = new HeavySeries();
            for (final SeriesState state : table.states()) {
                heavy.add(state.labels, state.samples, state.bytes);
            }
        }
        finish();
        table.thin();
    }

    private void flush(Slot slot) {
        if (slot.samples > 0 || slot.bytes > 0) {
            heavy.add(slot.labels, slot.samples, slot.bytes);
            slot.samples = 0;
            slot.bytes = 0;
        }
    }

    /// After the last call: what is still on its way arrives.
    void finish() {
        for (final Slot slot : slots) {
            clear(slot);
        }
        clear(spare);
    }

    private void clear(Slot slot) {
        flush(slot);
        slot.labels = null;
        slot.state = null;
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        details++;
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        details++;
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        details++;
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        opaqueRecords++;
        opaqueBytes += record.length();
    }
}
