package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.WalException;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.WalMeta;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers at the edge of what a field can hold, under right checksums. Whoever opens such a log gets a typed error, or
/// a log that keeps what is appended to it.
@ExtendWith(QuietLog.class)
class HostileNumbersTest {
    @TempDir
    private Path directory;

    private Path log;

    @BeforeEach
    void write() {
        log = directory.resolve("log");
        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            Logs.appendRange(wal, 0, 10);
        }
    }

    /// Opens it twice, so that the second opening sees what the first has made.
    private void assertKeepsWhatIsAppended() {
        for (int round = 0; round < 2; round++) {
            final int from = 1000 * (round + 1);
            try (MappedWal wal = MappedWal.open(Logs.config(log).backpressure(Backpressure.fail()))) {
                Logs.appendRange(wal, from, from + 300);
            } catch (WalException refused) {
                assertTrue(refused.getMessage().contains("="), refused.getMessage());
                return;
            }
            assertTrue(Logs.replay(log).records().containsAll(Logs.range(from, from + 300)), "lost what came after");
        }
    }

    private void changeHeader(long epoch, long sequence, long base) {
        final SegmentEditor segment = SegmentEditor.of(Logs.segments(log, 0).getFirst());
        final SegmentHeader old = segment.header;
        final byte[] header = new SegmentHeader(
                        old.walId(),
                        old.shard(),
                        old.shards(),
                        old.epochId(),
                        epoch,
                        sequence,
                        old.predecessor(),
                        base,
                        old.segmentBytes(),
                        old.timeUnit(),
                        old.createdMs(),
                        old.bootId())
                .encode();
        System.arraycopy(header, 0, segment.bytes, 0, header.length);
        try {
            Files.delete(segment.file);
            Files.write(LogFiles.segment(LogFiles.shard(log, 0), sequence), segment.bytes);
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE - 2, 1L << 62})
    @DisplayName("P1: what is appended beside a file whose name is the last there can be is found again")
    void shouldKeepAppendsWhenSequencesRunOut(long sequence) throws Exception {
        Files.write(LogFiles.segment(LogFiles.shard(log, 0), sequence), new byte[0]);
        assertKeepsWhatIsAppended();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 100})
    @DisplayName("P1: what is appended near the last position is found again")
    void shouldKeepAppendsWhenPositionsRunOut(long segmentsLeft) {
        changeHeader(1, 0, Lsn.POSITION_LIMIT - (segmentsLeft + 1) * Logs.SEGMENT_BYTES);
        assertKeepsWhatIsAppended();
    }

    @Test
    @DisplayName("P1: what is appended above a floor near the last position is found again")
    void shouldKeepAppendsWhenFloorIsHigh() throws Exception {
        final Path file = log.resolve(LogFiles.META);
        final WalMeta meta = WalMeta.decode(Files.readAllBytes(file));
        Files.write(
                file,
                new WalMeta(meta.walId(), meta.timeUnit(), meta.epoch(), new long[] {Lsn.POSITION_LIMIT - 8}).encode());
        assertKeepsWhatIsAppended();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, -1, Long.MIN_VALUE})
    @DisplayName("P1: what is appended after the last epoch there can be is found again")
    void shouldKeepAppendsWhenEpochsRunOut(long epoch) throws Exception {
        changeHeader(epoch, 0, 0);
        assertKeepsWhatIsAppended();
        final Path file = log.resolve(LogFiles.META);
        final WalMeta meta = WalMeta.decode(Files.readAllBytes(file));
        Files.write(file, new WalMeta(meta.walId(), meta.timeUnit(), epoch, new long[0]).encode());
        assertKeepsWhatIsAppended();
    }

    @Test
    @DisplayName("P1: a file without a header, of more bytes than there are positions, costs nothing")
    void shouldKeepAppendsWhenFileIsHuge() {
        final MemoryStorage storage = new EveryKindLog().storage;
        storage.putSparse(EveryKindLog.path(50), new byte[0], Long.MAX_VALUE);
        try (MappedWal wal =
                MappedWal.open(Logs.config(EveryKindLog.DIRECTORY).backpressure(Backpressure.fail()), storage, null)) {
            Logs.appendRange(wal, 5000, 5300);
        } catch (WalException refused) {
            return;
        }
        assertTrue(Logs.replay(storage, EveryKindLog.DIRECTORY, ReplayOptions.defaults())
                .records()
                .containsAll(Logs.range(5000, 5300)));
    }

    @Test
    @DisplayName("a report is one line a damage, whatever bytes it quotes")
    void shouldEscapeWhenReportQuotesBytes() {
        final SegmentEditor segment = SegmentEditor.of(Logs.segments(log, 0).getFirst());
        final SegmentEditor.Frame definition =
                segment.frames(FrameLayout.SAMPLES).getFirst();
        final byte[] name = "mode".getBytes(StandardCharsets.UTF_8);
        int at = definition.offset();
        while (!Arrays.equals(segment.bytes, at, at + name.length, name, 0, name.length)) {
            at++;
        }
        final byte[] evil = "\n\u001b[J".getBytes(StandardCharsets.UTF_8); // not behind "__name__", where it stands
        System.arraycopy(evil, 0, segment.bytes, at, evil.length);
        segment.sign(definition.offset()).save();

        final List<Damage> damages = Logs.replay(log).damages();
        assertEquals(Damage.Kind.MALFORMED, damages.getFirst().kind());
        for (final Damage damage : damages) {
            assertTrue(
                    damage.detail().chars().noneMatch(Character::isISOControl),
                    () -> "control character in: " + damage.detail());
        }
    }
}
