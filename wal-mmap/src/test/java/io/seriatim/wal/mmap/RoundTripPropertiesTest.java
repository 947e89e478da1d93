package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.TimeSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/// Whatever is appended comes back, bit for bit and in order, through real files.
class RoundTripPropertiesTest {
    private static final long[] TIMES = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1_700_000_000_000L};
    private static final long[] VALUES = {
        0,
        0x8000_0000_0000_0000L, // -0.0
        1, // the smallest subnormal
        0x000f_ffff_ffff_ffffL,
        0x7ff0_0000_0000_0000L, // infinities
        0xfff0_0000_0000_0000L,
        0x7ff0_0000_0000_0002L, // Prometheus' staleness marker
        0x7ff8_0000_0000_0000L,
        0xffff_ffff_ffff_ffffL,
        0x7ff4_0000_0000_0000L // signalling
    };

    /// One append: samples of a series; of several in a batch; or opaque bytes.
    record Step(int kind, Labels labels, long[] times, long[] bits) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        final Arbitrary<Long> times =
                Arbitraries.oneOf(Arbitraries.of(Arrays.stream(TIMES).boxed().toList()), Arbitraries.longs());
        final Arbitrary<Long> bits =
                Arbitraries.oneOf(Arbitraries.of(Arrays.stream(VALUES).boxed().toList()), Arbitraries.longs());
        final Arbitrary<Step> step = Arbitraries.integers()
                .between(0, 40)
                .flatMap(count -> Combinators.combine(
                                Arbitraries.integers().between(0, 3),
                                anyLabels(4),
                                times.array(Long[].class).ofSize(count),
                                bits.array(Long[].class).ofSize(count))
                        .as((kind, labels, t, v) -> new Step(kind, labels, unbox(t), unbox(v))));
        return step.list().ofMaxSize(30);
    }

    private static Arbitrary<Labels> anyLabels(int maxCount) {
        return Arbitraries.maps(text(1), text(0))
                .ofMinSize(1)
                .ofMaxSize(maxCount)
                .map(Labels::of);
    }

    private static Arbitrary<String> text(int minLength) {
        return Arbitraries.strings()
                .all()
                .ofMinLength(minLength)
                .ofMaxLength(20)
                .filter(text -> text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff)); // no lone surrogates
    }

    private static long[] unbox(Long[] boxed) {
        final long[] longs = new long[boxed.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = boxed[i];
        }
        return longs;
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    @Label("P3: samples, batches, names and opaque records come back exactly, in order")
    void replaysWhatWasAppended(@ForAll("steps") List<Step> steps) throws IOException {
        final Path directory = Files.createTempDirectory("seriatim");
        try {
            final List<String> expected = new ArrayList<>();
            try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
                for (final Step step : steps) {
                    append(wal, step, expected);
                }
            }
            final Logs.Replayed replayed = Logs.replay(directory);
            assertEquals(expected, replayed.records());
            assertEquals(ReplayReport.State.SOUND, replayed.state());
        } finally {
            Logs.delete(directory);
        }
    }

    private static void append(MappedWal wal, Step step, List<String> expected) {
        final int count = step.times.length;
        switch (step.kind) {
            case 0 -> {
                for (int i = 0; i < count; i++) {
                    wal.series(step.labels).append(step.times[i], Double.longBitsToDouble(step.bits[i]));
                }
            }
            case 1 -> wal.append(new Array(step.labels, step.times, step.bits));
            case 2 -> {
                try (Batch batch = wal.batch()) {
                    for (int i = 0; i < count; i++) {
                        batch.add(wal.series(step.labels), step.times[i], Double.longBitsToDouble(step.bits[i]));
                    }
                    batch.commit();
                }
            }
            default -> {
                final byte[] bytes = new byte[count];
                new Random(count).nextBytes(bytes);
                wal.appendRecord(0, count, bytes, 0, count);
                expected.add("record " + count + " " + HexFormat.of().formatHex(bytes));
                return;
            }
        }
        if (count == 0 && step.kind == 1) {
            expected.add(step.labels + " -");
        }
        for (int i = 0; i < count; i++) {
            expected.add(Logs.text(step.labels, step.times[i], step.bits[i]));
        }
    }

    record Array(Labels labels, long[] times, long[] bits) implements TimeSeries {
        @Override
        public int count() {
            return times.length;
        }

        @Override
        public long timestamp(int index) {
            return times[index];
        }

        @Override
        public double value(int index) {
            return Double.longBitsToDouble(bits[index]);
        }
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    @Label("P3: 1 to 64 labels come back exactly")
    void replaysLabels(@ForAll("manyLabels") Labels labels) throws IOException {
        roundTrip(labels, new long[] {1, 2}, new long[] {3, 4});
    }

    @Provide
    Arbitrary<Labels> manyLabels() {
        return anyLabels(64);
    }

    @Property(tries = 1)
    @Label("P3: the longest labels, an empty value, and 100,000 samples in one record come back exactly")
    void replaysTheLargest() throws IOException {
        final long[] times = new long[100_000];
        final long[] bits = new long[times.length];
        final Random random = new Random(42);
        for (int i = 0; i < times.length; i++) {
            times[i] = random.nextLong();
            bits[i] = random.nextLong();
        }
        roundTrip(Labels.of("a", "", "b", "\u0000", "c", "\ud83d\ude00"), times, bits);
        roundTrip(
                Labels.of("n".repeat(Labels.MAX_NAME_BYTES), "v".repeat(Labels.MAX_VALUE_BYTES)),
                new long[] {1, 0},
                new long[] {2, 0});
        final String half = "v".repeat((Labels.MAX_ENCODED_BYTES - 1 - 4 - 6) / 2);
        roundTrip(Labels.of("a", half, "b", half), new long[] {1}, new long[] {2});
    }

    private static void roundTrip(Labels labels, long[] times, long[] bits) throws IOException {
        final Path directory = Files.createTempDirectory("seriatim");
        try {
            final List<String> expected = new ArrayList<>();
            try (MappedWal wal = MappedWal.open(Logs.config(directory).segmentBytes(4 << 20))) {
                append(wal, new Step(1, labels, times, bits), expected);
                append(wal, new Step(1, labels, new long[0], new long[0]), expected);
            }
            assertEquals(expected, Logs.replay(directory).records());
        } finally {
            Logs.delete(directory);
        }
    }
}
