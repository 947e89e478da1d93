package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// The judge of [ScheduleStressTest]: every wrong read that is planted is seen, and a right one is not.
class StressModelTest {
    private static final Labels UP = Labels.of("__name__", "up");
    private static final StressModel.Opaque RECORDS = new StressModel.Opaque(3, 0);

    private final StressModel model = new StressModel();
    private final StressModel.Stream up = model.stream(UP);
    private final StressModel.Stream records = model.stream(RECORDS);

    /// Six samples of one append each, numbers 0 to 5 at 100, 110, ...; then 6, 7, 8 of one append at 160.
    StressModelTest() {
        for (int i = 0; i < 6; i++) {
            up.begin(1);
            up.end(1, lsn(i));
        }
        up.begin(3);
        up.end(3, lsn(6));
        records.begin(1);
        records.end(1, lsn(7));
    }

    private static long lsn(int ordinal) {
        return Lsn.of(0, 100 + 10 * ordinal);
    }

    @Test
    void shouldAcceptWhatWasAppended() {
        for (final StressModel.Reader reader : new StressModel.Reader[] {model.replay(), model.tailer()}) {
            assertDoesNotThrow(() -> {
                read(reader, 0, 1, 2, 3, 4, 5);
                reader.onSamples(UP, samples(lsn(6), 6, 3, 0));
                reader.onRecord(record(0, (byte) 0, lsn(7)));
                reader.finish();
                reader.finishAll();
            });
        }
    }

    @Test
    void shouldSeeAMissingEntry() {
        assertSeen("missing", () -> read(model.replay(), 0, 1, 3));
        assertSeen("missing", () -> read(model.tailer(), 0, 1, 3));
        assertSeen("missing", () -> read(model.replay(), 1));
        final StressModel.Reader replay = model.replay();
        read(replay, 0, 1, 2, 3);
        assertSeen("missing", replay::finish);
        final StressModel.Reader tailer = model.tailer();
        read(tailer, 0, 1, 2, 3);
        assertSeen("missing", tailer::finishAll);
        assertSeen("missing", model.replay()::finish);
    }

    @Test
    void shouldSeeAMissingRecord() {
        final StressModel.Reader replay = model.replay();
        read(replay, 0, 1, 2, 3, 4, 5);
        replay.onSamples(UP, samples(lsn(6), 6, 3, 0));
        assertSeen("missing", replay::finish);
    }

    @Test
    void shouldExcuseOnlyWhatIsBelowTheFloor() {
        model.raiseFloor(0, 120);
        assertDoesNotThrow(() -> read(model.replay(), 3));
        assertSeen("missing", () -> read(model.replay(), 4));
    }

    @Test
    void shouldSeeADoubledEntry() {
        assertSeen("doubled", () -> read(model.replay(), 0, 1, 1));
        assertSeen("doubled", () -> read(model.tailer(), 0, 1, 1));
    }

    @Test
    void shouldSeeAnEntryOutOfOrder() {
        model.raiseFloor(0, 1000); // so that nothing is missing
        assertSeen("out of order", () -> read(model.replay(), 0, 2, 1));
    }

    @Test
    void shouldSeeAChangedEntry() {
        assertSeen("other bits", () -> model.replay().onSamples(UP, samples(lsn(0), 0, 1, 1)));
        final StressModel.Reader reader = model.replay();
        assertSeen("other bytes", () -> reader.onRecord(record(0, (byte) 1, lsn(7))));
    }

    @Test
    void shouldSeeAnotherLsn() {
        assertSeen("another lsn", () -> model.replay().onSamples(UP, samples(lsn(1), 0, 1, 0)));
    }

    @Test
    void shouldSeeATornFrame() {
        model.raiseFloor(0, 1000); // frames go, but whole
        final StressModel.Reader half = model.replay();
        half.onSamples(UP, samples(lsn(6), 6, 2, 0));
        assertSeen("torn behind", half::finish);
        assertSeen("torn before", () -> model.replay().onSamples(UP, samples(lsn(6), 7, 2, 0)));
    }

    @Test
    void shouldSeeWhatWasRefused() {
        up.begin(1);
        up.end(1, StressModel.REFUSED);
        model.raiseFloor(0, 1000);
        assertSeen("refused", () -> model.replay().onSamples(UP, samples(lsn(9), 9, 1, 0)));
    }

    @Test
    void shouldSeeWhatNobodyAppended() {
        model.raiseFloor(0, 1000);
        assertSeen("never appended", () -> model.replay().onSamples(UP, samples(lsn(9), 9, 1, 0)));
        assertSeen("phantom", () -> model.replay().onSamples(Labels.of("a", "b"), samples(lsn(0), 0, 1, 0)));
        assertSeen("phantom", () -> model.replay().onRecord(record(1, (byte) 0, lsn(7))));
        assertSeen("orphan", () -> model.replay().onOrphan(1, 1, samples(lsn(0), 0, 1, 0)));
    }

    @Test
    void shouldLeaveOpenWhatNobodyKnows() {
        up.begin(1);
        up.endUnknown();
        model.raiseFloor(0, 1000);
        assertDoesNotThrow(() -> model.replay().onSamples(UP, samples(lsn(9), 9, 1, 0)));
        assertDoesNotThrow(() -> model.replay().finish());
    }

    private void read(StressModel.Reader reader, int... numbers) {
        for (final int number : numbers) {
            reader.onSamples(UP, samples(lsn(number), number, 1, 0));
        }
    }

    private static void assertSeen(String what, Executable wrong) {
        final AssertionError seen = assertThrows(AssertionError.class, wrong);
        assertTrue(seen.getMessage().contains(what), seen::getMessage);
    }

    /// @param flip xored into the bits of the values
    private Samples samples(long lsn, int first, int count, long flip) {
        return new Samples() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public long timestamp(int index) {
                return first + index;
            }

            @Override
            public long valueBits(int index) {
                return Double.doubleToRawLongBits(up.value(first + index)) ^ flip;
            }

            @Override
            public long lsn() {
                return lsn;
            }
        };
    }

    /// Record 0 of a shard as [StressProducer] writes it, but for its filling.
    private static OpaqueRecord record(int shard, byte filling, long lsn) {
        final byte[] bytes = new byte[32];
        Arrays.fill(bytes, filling);
        ByteBuffer.wrap(bytes).putInt(shard).putInt(0);
        return new OpaqueRecord() {
            @Override
            public int kind() {
                return RECORDS.thread();
            }

            @Override
            public int length() {
                return bytes.length;
            }

            @Override
            public void copyTo(int offset, byte[] target, int at, int count) {
                System.arraycopy(bytes, offset, target, at, count);
            }

            @Override
            public long lsn() {
                return lsn;
            }
        };
    }
}
