package io.seriatim.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/// Nobody gets a figure for a replay that left something out.
class ReplaySumTest {
    private static final int ITEMS = 1234;

    @TempDir
    private Path directory;

    private final BenchSeries[] series = Arrays.copyOf(Workload.W1.series(), 500);

    /// What a planted reader does wrong.
    private enum Fault {
        SKIPS_AN_ITEM,
        READS_AN_ITEM_TWICE,
        SKIPS_LABEL_VALUES,
        SKIPS_THE_LAST_LABEL,
        READS_EIGHT_BYTES_OF_A_LABEL,
        SKIPS_TIMESTAMPS,
        SKIPS_THE_LOWEST_BIT_OF_VALUES,
        KEEPS_THE_LABELS_OF_THE_ITEM_BEFORE
    }

    @Test
    void shouldComeToTheSumOfWhatWasWrittenWhenAllIsRead() throws IOException {
        read(null).require(ReplaySum.of(series, ITEMS));
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeToAnotherSumWhenAReaderSkips(Fault fault) throws IOException {
        final ReplaySum read = read(fault);

        assertThrows(IOException.class, () -> read.require(ReplaySum.of(series, ITEMS)));
    }

    @Test
    void shouldReportNothingWhenAContenderSkips() throws IOException {
        final ReplayMain program = program();

        final IOException thrown =
                assertThrows(IOException.class, () -> program.measure(new SkippingStream(setup(1)), series));

        assertTrue(thrown.getMessage().contains("items=" + (ITEMS - 1) + " written=" + ITEMS), thrown.getMessage());
    }

    @Test
    void shouldMeasureWhenAContenderReadsAll() {
        assertDoesNotThrow(() -> program().measure(new SynchronizedStream(setup(1)), series));
    }

    @ParameterizedTest
    @CsvSource({"1,1,false", "1,1,true", "2,1,false", "2,2,false", "2,2,true"})
    void shouldReadAllWhenSeriatimReplays(int threads, int shards, boolean knownLabels) throws IOException {
        try (SeriatimLog log = new SeriatimLog.Whole(setup(shards))) {
            write(log);
            log.seal();

            log.replay(threads, knownLabels).require(ReplaySum.of(series, ITEMS));
        }
    }

    @Test
    void shouldReadItemsOnBothSidesWhenTheyStraddleAChunk() throws IOException {
        final SynchronizedStream stream = new SynchronizedStream(setup(1));
        stream.begin();
        final int many = 20_000; // 2 MB, in chunks of 256 KiB
        for (int i = 0; i < many; i++) {
            stream.append(series[i % series.length]);
        }
        stream.drain();

        final ReplaySum read = stream.replay(1, false);

        assertEquals(many, read.items());
        read.require(ReplaySum.of(series, many));
    }

    private Contender.Setup setup(int shards) {
        return new Contender.Setup(directory, shards, false, true);
    }

    private ReplayMain program() {
        final ReplayMain program = new ReplayMain();
        new CommandLine(program)
                .parseArgs("STREAM", "--dir", directory.toString(), "--items", "" + ITEMS, "--repetitions", "1");
        return program;
    }

    private void write(Contender contender) throws IOException {
        contender.begin();
        for (int i = 0; i < ITEMS; i++) {
            contender.append(series[i % series.length]);
        }
        contender.drain();
    }

    /// Writes with a real contender and reads with a fault.
    private ReplaySum read(Fault fault) throws IOException {
        write(new SynchronizedStream(setup(1)));
        final ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(directory.resolve("rival.log")))
                .order(ByteOrder.LITTLE_ENDIAN);
        final ReplaySum sum = new ReplaySum();
        long before = 0;
        for (int item = 0; file.hasRemaining(); item++) {
            file.getInt();
            final long labels = labels(file, fault);
            file.getInt();
            final long timestamp = fault == Fault.SKIPS_TIMESTAMPS ? file.getLong() * 0 : file.getLong();
            final long bits = file.getLong() & (fault == Fault.SKIPS_THE_LOWEST_BIT_OF_VALUES ? ~1L : ~0L);
            if (item > 0 || fault != Fault.SKIPS_AN_ITEM) {
                sum.add(fault == Fault.KEEPS_THE_LABELS_OF_THE_ITEM_BEFORE ? before : labels, timestamp, bits);
            }
            if (item == 0 && fault == Fault.READS_AN_ITEM_TWICE) {
                sum.add(labels, timestamp, bits);
            }
            before = labels;
        }
        return sum;
    }

    private static long labels(ByteBuffer file, Fault fault) {
        final int count = file.getInt();
        long labels = 0;
        for (int i = 0; i < count; i++) {
            final byte[] name = string(file);
            final byte[] value = string(file);
            if (i == count - 1 && fault == Fault.SKIPS_THE_LAST_LABEL) {
                continue;
            }
            final int most = fault == Fault.SKIPS_LABEL_VALUES
                    ? 0
                    : fault == Fault.READS_EIGHT_BYTES_OF_A_LABEL ? Long.BYTES : Integer.MAX_VALUE;
            labels += ReplaySum.label(name, 0, name.length, value, 0, Math.min(most, value.length));
        }
        return labels;
    }

    private static byte[] string(ByteBuffer file) {
        final byte[] string = new byte[file.getInt()];
        file.get(string);
        return string;
    }

    /// A stream whose reader leaves out the first item.
    private final class SkippingStream implements Contender {
        private final SynchronizedStream stream;

        SkippingStream(Setup setup) {
            stream = new SynchronizedStream(setup);
        }

        @Override
        public void begin() throws IOException {
            stream.begin();
        }

        @Override
        public void append(BenchSeries each) throws IOException {
            stream.append(each);
        }

        @Override
        public void drain() throws IOException {
            stream.drain();
        }

        @Override
        public long bytes() throws IOException {
            return stream.bytes();
        }

        @Override
        public ReplaySum replay(int threads, boolean knownLabels) throws IOException {
            final Path shorter = directory.resolve("shorter");
            final byte[] all = Files.readAllBytes(directory.resolve("rival.log"));
            Files.write(shorter, Arrays.copyOfRange(all, ItemLayout.length(series[0]), all.length));
            return ItemReader.readFile(shorter);
        }

        @Override
        public void discard() throws IOException {
            stream.discard();
        }
    }
}
