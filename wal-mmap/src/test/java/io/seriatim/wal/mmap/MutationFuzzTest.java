package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.WalException;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damages a small log at random, the same way for the same seed.
class MutationFuzzTest {
    private static final int ROUNDS = 80;
    private static final int SECTOR = 512;

    @TempDir
    private Path directory;

    private Path log;
    private final Set<String> written = new HashSet<>();

    @BeforeEach
    void write() {
        log = directory.resolve("log");
        for (int epoch = 0; epoch < 2; epoch++) {
            try (MappedWal wal = MappedWal.open(Logs.config(log).shards(2))) {
                for (int i = 0; i < 60; i++) {
                    try (Batch batch = wal.batch()) {
                        for (int series = 0; series < 6; series++) {
                            batch.add(wal.series(Labels.of("i", "" + series)), i, epoch);
                        }
                        batch.commit();
                    }
                    wal.series(Labels.of("i", "" + i % 6)).append(1000 + i, epoch);
                    wal.appendRecord(i % 2, 100 * epoch + i, new byte[i], 0, i);
                }
                if (epoch == 1) {
                    Logs.copy(log, directory.resolve("killed"));
                }
            }
        }
        log = directory.resolve("killed");
        written.addAll(Logs.replay(log).records());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName(
            "P12, P3: whatever is done to the bytes, reading ends in time, with records that were written or a typed"
                    + " error")
    void shouldInventNothingWhenBytesAreChanged(long seed) throws Exception {
        final Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            final Path copy = Logs.copy(log, directory.resolve("round"));
            final int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                mutate(copy, random);
            }
            final String at = "seed=" + seed + " round=" + round;
            final boolean opens = round % 4 == 0; // which forces, and so takes its time
            final int threads = 1 + random.nextInt(3);
            assertTimeoutPreemptively(
                    Duration.ofSeconds(10),
                    () -> {
                        read(copy, threads, at);
                        if (opens) {
                            open(copy, at);
                        }
                    },
                    at);
            Logs.delete(copy);
        }
    }

    private void read(Path copy, int threads, String at) {
        try {
            final Logs.Replayed replayed =
                    Logs.replay(copy, ReplayOptions.defaults().threads(threads));
            for (final String record : replayed.records()) {
                assertTrue(written.contains(record), () -> at + " invented " + record);
            }
            assertTrue(
                    new HashSet<>(replayed.records()).size()
                            == replayed.records().size(),
                    () -> at + " doubled");
        } catch (WalException _) {
            // A typed error is an answer too.
        }
    }

    /// Whoever opens it gets a log or a typed error, and both leave it readable.
    private static void open(Path copy, String at) {
        try (MappedWal wal = MappedWal.open(Logs.config(copy).shards(2))) {
            wal.series(Logs.CPU).append(-1, -1);
        } catch (WalException _) {
            return;
        }
        final String mine = Logs.text(Logs.CPU, -1, Double.doubleToRawLongBits(-1));
        assertTrue(Logs.replay(copy).records().contains(mine), () -> at + " lost what came after");
    }

    private static void mutate(Path log, Random random) throws IOException {
        final List<Path> files = Logs.segments(log, random.nextInt(2));
        if (files.isEmpty()) {
            return;
        }
        final Path file = files.get(random.nextInt(files.size()));
        final byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < Logs.SEGMENT_BYTES) {
            return;
        }
        final int at = random.nextInt(bytes.length);
        switch (random.nextInt(10)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                for (int i = 0; i < 40; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            case 2 -> move(bytes, at / SECTOR * SECTOR, random.nextInt(bytes.length / SECTOR) * SECTOR, SECTOR);
            case 3 -> move(bytes, at & -8, random.nextInt(bytes.length) & -8, 8 * random.nextInt(100));
            case 4 -> Bytes.putInt(bytes, at & -8 & bytes.length - 8, random.nextInt());
            case 5 -> {
                final Path other = files.get(random.nextInt(files.size()));
                final Path aside = log.resolve("aside.tmp");
                Files.move(file, aside);
                if (Files.exists(other)) {
                    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                }
                Files.move(aside, other, StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            case 6 -> {
                Files.write(file, Arrays.copyOf(bytes, at));
                return;
            }
            case 7 -> {
                Files.delete(file);
                return;
            }
            case 8 -> {
                forge(file, random);
                return;
            }
            default -> {
                final Path meta = log.resolve(LogFiles.META);
                final byte[] content = Files.readAllBytes(meta);
                content[random.nextInt(content.length)] ^= 1;
                Files.write(meta, content);
                return;
            }
        }
        Files.write(file, bytes);
    }

    private static void move(byte[] bytes, int from, int to, int length) {
        final int count = Math.min(length, bytes.length - Math.max(from, to));
        System.arraycopy(bytes, from, bytes, to, count);
    }

    /// Hostile lengths and fields under a right checksum. They may not make samples, or those would be invented.
    private static void forge(Path file, Random random) {
        final SegmentEditor segment;
        try {
            segment = SegmentEditor.of(file);
        } catch (AssertionError _) {
            return; // its header is gone already
        }
        final List<SegmentEditor.Frame> frames = segment.frames();
        if (frames.isEmpty()) {
            return;
        }
        final SegmentEditor.Frame frame = frames.get(random.nextInt(frames.size()));
        if (frame.length() < FrameLayout.PAYLOAD_OFFSET || frame.end() > segment.bytes.length) {
            return;
        }
        final int type = new int[] {FrameLayout.PAD, FrameLayout.MARK, FrameLayout.VERDICT, 7, 255}[random.nextInt(5)];
        Bytes.putInt(segment.bytes, frame.offset() + FrameLayout.TYPE_OFFSET, type);
        if (type == FrameLayout.PAD) {
            final int room = segment.bytes.length - frame.offset();
            Bytes.putInt(segment.bytes, frame.offset(), 16 + random.nextInt(Math.max(1, room - 16)));
        }
        segment.sign(frame.offset()).save();
    }
}
