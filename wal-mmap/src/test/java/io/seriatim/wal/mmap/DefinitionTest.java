package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Definitions of series that are destroyed, wrong or forged.
class DefinitionTest {
    @TempDir
    private Path directory;

    private SegmentEditor write(int samples, int segment) {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, samples);
        }
        return SegmentEditor.of(Logs.segments(directory, 0).get(segment));
    }

    private static SegmentEditor.Frame definition(SegmentEditor segment) {
        return segment.frames(FrameLayout.SAMPLES).getFirst();
    }

    @Test
    @DisplayName("P4: a destroyed definition does not silence its series: another of the epoch resolves the rest")
    void shouldResolveOrphansWhenAnotherSegmentDefinesThem() {
        for (int segment = 0; segment < 3; segment++) {
            final SegmentEditor edited = write(400, segment);
            final SegmentEditor.Frame definition = definition(edited);
            edited.flip(definition.offset() + 40).save();

            final Logs.Replayed replayed = Logs.replay(directory);
            assertEquals(399, replayed.records().size());
            assertTrue(Logs.range(0, 400).containsAll(replayed.records()));
            assertEquals(0, replayed.report().orphans());
            assertEquals(List.of(Damage.Kind.CHECKSUM), replayed.kinds());
            edited.flip(definition.offset() + 40).save();
            Logs.delete(directory);
        }
    }

    @Test
    @DisplayName("P4: samples that nobody can name are handed on as orphans, counted and reported")
    void shouldReportOrphansWhenNothingDefinesThem() {
        final SegmentEditor edited = write(50, 0);
        edited.flip(definition(edited).offset() + 40).save();

        final Logs.Replayed replayed = Logs.replay(directory);
        assertEquals(List.of(), replayed.records());
        assertEquals(49, replayed.orphans().size());
        assertEquals(49, replayed.report().orphans());
        assertEquals(0, replayed.report().records());
        assertEquals(List.of(Damage.Kind.CHECKSUM, Damage.Kind.ORPHANED_SAMPLES), replayed.kinds());
        assertEquals(List.of(Damage.Verdict.LOST, Damage.Verdict.LOST), replayed.verdicts());
    }

    @Test
    @DisplayName("P3: orphans are not named by a definition of another epoch")
    void shouldNotResolveWhenOnlyAnotherEpochDefines() {
        write(10, 0);
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            wal.series(Logs.DISK).append(0, 0);
            wal.series(Logs.DISK).append(1, 1);
        }
        final SegmentEditor edited =
                SegmentEditor.of(Logs.segments(directory, 0).get(1));
        edited.flip(definition(edited).offset() + 40).save();

        final Logs.Replayed replayed = Logs.replay(directory);
        assertEquals(Logs.range(0, 10), replayed.records());
        assertEquals(List.of("0 1 3ff0000000000000"), replayed.orphans());
    }

    @Test
    @DisplayName("P3: a reference that stands for two label sets names nothing by the second")
    void shouldReportConflictWhenReferenceIsDefinedTwice() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            wal.series(Labels.of("i", "a")).append(0, 0);
            wal.series(Labels.of("i", "b")).append(0, 0);
        }
        final SegmentEditor edited =
                SegmentEditor.of(Logs.segments(directory, 0).getFirst());
        final List<SegmentEditor.Frame> definitions = edited.frames(FrameLayout.SAMPLES);
        // The first frame's key becomes the second's: reference 1 for "a" as well.
        final int key = FrameLayout.SAMPLES_GROUPS_OFFSET;
        edited.bytes[definitions.get(0).offset() + key] =
                edited.bytes[definitions.get(1).offset() + key];
        edited.sign(definitions.get(0).offset()).save();

        final Logs.Replayed replayed = Logs.replay(directory);
        assertEquals(List.of(Logs.text(Labels.of("i", "a"), 0, 0)), replayed.records());
        assertEquals(List.of(Damage.Kind.CONFLICTING_DEFINITION), replayed.kinds());
        assertEquals(definitions.get(1).offset(), replayed.damages().getFirst().offset());
    }

    @Test
    @DisplayName("P4: a wrong label count, and one written twice, are reported where they are")
    void shouldReportOffsetWhenLabelCountIsWrong() {
        for (final boolean doubled : new boolean[] {false, true}) {
            final SegmentEditor edited = write(10, 0);
            final SegmentEditor.Frame definition = definition(edited);
            // key, then the labels' length, then their count
            final int count = definition.offset() + FrameLayout.SAMPLES_GROUPS_OFFSET + 2;
            assertEquals(2, edited.bytes[count]);
            if (doubled) {
                System.arraycopy(edited.bytes, count, edited.bytes, count + 1, definition.end() - count - 1);
            } else {
                edited.bytes[count] = 3;
            }
            edited.sign(definition.offset()).save();

            final Logs.Replayed replayed = Logs.replay(directory);
            final Damage first = replayed.damages().getFirst();
            assertEquals(Damage.Kind.MALFORMED, first.kind(), first::toString);
            assertEquals(definition.offset(), first.offset());
            assertEquals(definition.length(), first.length());
            assertEquals(edited.file, first.file());
            assertTrue(first.detail().contains("label"), first::toString);
            assertEquals(9, replayed.orphans().size());
            Logs.delete(directory);
        }
    }

    @Test
    @DisplayName("P12, edge 25: hostile references and counts are reported, not believed")
    void shouldReportWhenReferencesAndCountsAreHostile() {
        final List<Integer> offsets = new ArrayList<>();
        final SegmentEditor edited = write(20, 0);
        final List<SegmentEditor.Frame> samples = edited.frames(FrameLayout.SAMPLE);
        for (final int ref : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 77}) {
            final int offset = samples.get(offsets.size()).offset();
            Bytes.putInt(edited.bytes, offset + FrameLayout.WORD_OFFSET, ref);
            edited.sign(offset);
            offsets.add(offset);
        }
        final int definition = definition(edited).offset();
        Bytes.putInt(edited.bytes, definition + FrameLayout.WORD_OFFSET, Integer.MAX_VALUE);
        edited.sign(definition).save();

        final Logs.Replayed replayed = Logs.replay(directory);
        // The definition's labels are as they were written, only its frame's count is not.
        assertEquals(Logs.range(5, 20), replayed.records());
        assertEquals(2, replayed.orphans().size());
        assertEquals(
                List.of(
                        Damage.Kind.MALFORMED,
                        Damage.Kind.MALFORMED,
                        Damage.Kind.MALFORMED,
                        Damage.Kind.ORPHANED_SAMPLES),
                replayed.kinds().stream().sorted().toList());
    }
}
