package io.seriatim.wal.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What goes in from a library's own memory comes back bit for bit, and is seen as the library's own.
@Timeout(60)
class AdapterTest {
    private static final Labels UP = Labels.of("__name__", "up", "instance", "naïve:9090");
    private static final Random RANDOM = new Random(7);

    @Nested
    class Agrona extends Contract {
        Agrona() {
            super(new AgronaLibrary());
        }
    }

    @Nested
    class Chronicle extends Contract {
        Chronicle() {
            super(new ChronicleLibrary());
        }
    }

    abstract static class Contract {
        @AutoClose
        private final Library library;

        @TempDir
        private Path directory;

        Contract(Library library) {
            this.library = library;
        }

        private MappedWal open() {
            final MappedWal wal = MappedWal.open(WalConfig.at(directory).segmentBytes(1 << 20));
            library.use(wal);
            return wal;
        }

        private static byte[] random(int length) {
            final byte[] bytes = new byte[length];
            RANDOM.nextBytes(bytes);
            return bytes;
        }

        @Test
        void shouldShowTheBytesOfARecordWhenItIsReplayed() {
            final List<byte[]> appended = new ArrayList<>();
            try (MappedWal _ = open()) {
                for (final int length : new int[] {0, 1, 7, 8, 9, 100, 5_000, 40_000}) {
                    final byte[] bytes = random(length);
                    library.put(13, bytes); // at no aligned place
                    library.appendRecord(length, 13, length);
                    appended.add(bytes);
                }
            }
            final int[] seen = new int[1];
            final ReplayReport report = replay(record -> {
                final byte[] expected = appended.get(seen[0]++);
                assertEquals(expected.length, record.kind());
                assertEquals(expected.length, library.viewLength(record));
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], library.viewByte(record, i));
                }
            });
            assertEquals(ReplayReport.State.SOUND, report.state());
            assertEquals(appended.size(), seen[0]);
        }

        @Test
        void shouldBeAViewAndNoCopyWhenReplayed() {
            try (MappedWal _ = open()) {
                library.put(0, new byte[] {5});
                library.appendRecord(1, 0, 1);
            }
            replay(record -> {
                assertEquals(5, library.viewByte(record, 0));
                record.array()[record.arrayOffset()] = 6; // for this proof only
                assertEquals(6, library.viewByte(record, 0));
            });
        }

        @Test
        void shouldFindASeriesByItsLabelsWhereTheyLie() {
            try (MappedWal wal = open()) {
                for (int round = 0; round < 2; round++) {
                    for (int i = 0; i < 1_000; i++) { // the table grows several times
                        final Labels labels = Labels.of("i", "" + i, "long", "x".repeat(i % 20));
                        final int length = library.putLabels(labels, i % 8);
                        final SeriesHandle found = library.series(i % 8, length);
                        assertEquals(labels, found.labels());
                        assertSame(wal.series(labels), found);
                    }
                }
                assertEquals(1_000, wal.stats().shards().getFirst().series());
            }
        }

        @Test
        void shouldTellLabelsApartThatDifferInTheLastByte() {
            try (MappedWal _ = open()) {
                final int first = library.putLabels(Labels.of("name", "valueA"), 0);
                final int second = library.putLabels(Labels.of("name", "valueB"), 512);
                assertNotSame(library.series(0, first), library.series(512, second));
            }
        }

        @Test
        void shouldAskTheLogAgainWhenItHasForgotten() {
            try (MappedWal wal = open()) {
                final int length = library.putLabels(UP, 0);
                final SeriesHandle before = library.series(0, length);
                wal.evictIdle(wal.checkpoint());
                assertSame(before, library.series(0, length), "kept until told to forget");
                library.forget();
                assertNotSame(before, library.series(0, length));
            }
        }

        @Test
        void shouldKeepEveryBitOfASample() {
            final long[] timestamps = {1, Long.MIN_VALUE, Long.MAX_VALUE, 0, -1};
            final long[] values = {
                0x7ff8_0000_0000_0123L, Double.doubleToRawLongBits(-0.0), 1, -1L, Double.doubleToRawLongBits(12.5)
            };
            try (MappedWal _ = open()) {
                final int length = library.putLabels(UP, 0);
                final SeriesHandle series = library.series(0, length);
                for (int i = 0; i < timestamps.length; i++) {
                    library.putLong(1_001 + 16 * i, timestamps[i]);
                    library.putLong(1_001 + 16 * i + 8, values[i]);
                }
                library.append(series, 1_001, timestamps.length);
                library.append(series, 1_001, 1);
                library.append(series, 1_001, 0);
            }
            final List<Integer> counts = new ArrayList<>();
            MappedWal.replay(directory, ReplayOptions.defaults(), (labels, samples) -> {
                assertEquals(UP, labels);
                for (int i = 0; i < samples.count(); i++) {
                    assertEquals(timestamps[i], samples.timestamp(i));
                    assertEquals(values[i], samples.valueBits(i));
                }
                counts.add(samples.count());
            });
            assertEquals(List.of(5, 1, 0), counts);
        }

        @Test
        void shouldLeaveTheLogUntouchedWhenARangeIsNotInTheBuffer() {
            try (MappedWal wal = open()) {
                final SeriesHandle series = wal.series(UP);
                final Class<IndexOutOfBoundsException> refused = IndexOutOfBoundsException.class;
                assertThrows(refused, () -> library.appendRecord(1, Library.BYTES - 7, 8));
                assertThrows(refused, () -> library.appendRecord(1, -1, 8));
                assertThrows(refused, () -> library.appendRecord(1, 0, -1));
                assertThrows(refused, () -> library.series(Library.BYTES, 1));
                assertThrows(refused, () -> library.append(series, Library.BYTES - 31, 2));
                assertThrows(refused, () -> library.append(series, 0, Integer.MAX_VALUE));
                library.appendRecord(1, Library.BYTES - 8, 8);
            }
            final ReplayReport report = replay(_ -> {});
            assertEquals(1, report.records());
        }

        @Test
        void shouldRefuseBytesThatAreNoLabels() {
            try (MappedWal _ = open()) {
                library.put(0, "no labels".getBytes(StandardCharsets.UTF_8));
                assertThrows(IllegalArgumentException.class, () -> library.series(0, 9));
                assertThrows(IllegalArgumentException.class, () -> library.series(0, Library.BYTES));
                final int length = library.putLabels(UP, 0);
                assertEquals(UP, library.series(0, length).labels());
            }
        }

        private interface Seen {
            void record(OpaqueRecord record);
        }

        private ReplayReport replay(Seen seen) {
            return MappedWal.replay(directory, ReplayOptions.defaults(), new ReplayHandler() {
                @Override
                public void onSamples(Labels series, Samples samples) {}

                @Override
                public void onRecord(OpaqueRecord record) {
                    seen.record(record);
                }
            });
        }
    }
}
