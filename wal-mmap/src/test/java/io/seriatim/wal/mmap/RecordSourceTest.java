package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.RecordSource;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Opaque records from memory that somebody else copies: their code runs before the log is touched.
@Timeout(60)
class RecordSourceTest {
    private static final byte[] BYTES = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    private static final RecordSource SOURCE =
            (offset, target, at, length) -> System.arraycopy(BYTES, (int) offset, target, at, length);

    @TempDir
    private Path directory;

    private MappedWal open() {
        return MappedWal.open(WalConfig.at(directory).segmentBytes(64 * 1024).callerRuns(true)); // no marks in between
    }

    private Replayed replayed() {
        return Replayed.of(directory);
    }

    @Test
    void shouldLogWhatTheSourceCopies() {
        try (MappedWal wal = open()) {
            wal.appendRecord(0, 7, SOURCE, 2, 5);
            wal.appendRecord(0, 7, SOURCE, 9, 0);
        }
        assertArrayEquals(new byte[] {3, 4, 5, 6, 7}, replayed().records.get(0));
        assertArrayEquals(new byte[0], replayed().records.get(1));
    }

    @Test
    void shouldLogZerosWhenTheSourceLeavesSomethingOut() {
        try (MappedWal wal = open()) {
            wal.appendRecord(0, 7, SOURCE, 0, 9);
            wal.appendRecord(0, 7, (_, target, at, _) -> target[at] = 42, 0, 9);
        }
        assertArrayEquals(
                new byte[] {42, 0, 0, 0, 0, 0, 0, 0, 0}, replayed().records.get(1));
    }

    @Test
    void shouldLeaveTheLogUntouchedWhenTheSourceThrows() {
        final RuntimeException failure = new RuntimeException("no bytes");
        try (MappedWal wal = open()) {
            final long tail = wal.checkpoint().lsn(0);
            assertSame(
                    failure,
                    assertThrows(
                            RuntimeException.class,
                            () -> wal.appendRecord(
                                    0,
                                    7,
                                    (_, _, _, _) -> {
                                        throw failure;
                                    },
                                    0,
                                    5)));
            assertThrows(IndexOutOfBoundsException.class, () -> wal.appendRecord(0, 7, SOURCE, 5, 5));
            assertThrows(IndexOutOfBoundsException.class, () -> wal.appendRecord(0, 7, SOURCE, 0, -1));
            assertThrows(IndexOutOfBoundsException.class, () -> wal.appendRecord(1, 7, SOURCE, 0, 1));
            assertThrows(IllegalArgumentException.class, () -> wal.appendRecord(0, 7, SOURCE, 0, Integer.MAX_VALUE));
            assertEquals(tail, wal.checkpoint().lsn(0));
        }
        assertEquals(0, replayed().records.size());
    }

    @Test
    void shouldKeepBothRecordsWholeWhenTheSourceAppendsItself() {
        try (MappedWal wal = open()) {
            wal.appendRecord(
                    0,
                    7,
                    (offset, target, at, length) -> {
                        SOURCE.copyTo(offset, target, at, length);
                        wal.appendRecord(0, 8, new byte[length], 0, length);
                    },
                    0,
                    9);
        }
        assertArrayEquals(new byte[9], replayed().records.get(0));
        assertArrayEquals(BYTES, replayed().records.get(1));
    }

    @Test
    void shouldShowTheRecordInTheReadersOwnArray() {
        try (MappedWal wal = open()) {
            wal.appendRecord(0, 7, SOURCE, 0, 9);
        }
        MappedWal.replay(directory, ReplayOptions.defaults(), new ReplayHandler() {
            @Override
            public void onSamples(Labels series, Samples samples) {}

            @Override
            public void onRecord(OpaqueRecord record) {
                assertSame(record.array(), record.array());
                assertArrayEquals(
                        BYTES, Arrays.copyOfRange(record.array(), record.arrayOffset(), record.arrayOffset() + 9));
            }
        });
    }
}
