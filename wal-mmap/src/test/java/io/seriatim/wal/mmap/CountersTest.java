package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalStats;
import io.seriatim.wal.format.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `counters.dat`: other processes see what the log's own statistics say, and nothing that happens to the file
/// hinders the log.
@Timeout(60)
@ExtendWith(QuietLog.class)
class CountersTest {
    private static final int COUNT = 300;

    @TempDir
    private Path parent;

    private Path directory;
    private Path file;

    @BeforeEach
    void setUp() {
        directory = parent.resolve("wal");
        file = directory.resolve(LogFiles.COUNTERS);
    }

    private static void awaitTick() throws InterruptedException {
        Thread.sleep(Duration.ofNanos(Counters.EVERY_NS).plusMillis(1));
    }

    @Test
    void shouldSayWhatTheLogsOwnStatisticsSay() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(directory).shards(2))) {
            Logs.appendRange(wal, 0, COUNT);
            Logs.flush(wal);
            while (wal.doWork() > 0) {}
            awaitTick();
            wal.doWork();

            final WalCounters counters = WalCounters.read(directory).orElseThrow();

            assertEquals(ProcessHandle.current().pid(), counters.pid());
            assertTrue(counters.isWriterAlive());
            assertEquals(1, counters.epoch());
            assertEquals(0, counters.closed());
            assertEquals(Logs.SEGMENT_BYTES, counters.segmentBytes());
            assertEquals(2, counters.shards().size());
            for (int shard = 0; shard < 2; shard++) {
                assertSame(wal.stats().shards().get(shard), counters.shards().get(shard));
            }
            final long records = counters.shards().stream()
                    .mapToLong(WalCounters.Shard::records)
                    .sum();
            assertEquals(COUNT, records);
        }
    }

    private static void assertSame(WalStats.Shard stats, WalCounters.Shard counters) {
        assertEquals(stats.shard(), counters.shard());
        assertEquals(stats.tail(), counters.tail());
        assertEquals(stats.committed(), counters.committed());
        assertEquals(stats.durable(), counters.durable());
        assertEquals(stats.records(), counters.records());
        assertEquals(stats.series(), counters.series());
        assertEquals(stats.segments(), counters.segments());
        assertEquals(stats.mapped(), counters.mapped());
        assertEquals(stats.spares(), counters.spares());
        assertEquals(stats.rolls(), counters.rolls());
        assertEquals(stats.waits(), counters.waits());
        assertEquals(stats.dropped(), counters.dropped());
        assertEquals(stats.failedPreparations(), counters.failedPreparations());
        assertEquals(stats.stalledClaims(), counters.stalledClaims());
        assertEquals(stats.forces(), counters.forces());
        assertEquals(stats.forcedBytes(), counters.forcedBytes());
        assertEquals(stats.lastForceNanos(), counters.lastForceNanos());
        assertEquals(stats.maxForceNanos(), counters.maxForceNanos());
        assertTrue(counters.forceNanos() >= counters.maxForceNanos());
        assertEquals(stats.poison() != null, counters.poisoned());
    }

    @Test
    void shouldSayThatTheLogIsClosedAndLaterThatItIsOpenAgain() {
        MappedWal.open(Logs.config(directory)).close();

        final WalCounters closed = WalCounters.read(directory).orElseThrow();
        assertTrue(closed.closed() >= closed.opened());
        assertEquals(
                closed.shards().getFirst().tail(), closed.shards().getFirst().durable());

        try (MappedWal _ = MappedWal.open(Logs.config(directory))) {
            final WalCounters open = WalCounters.read(directory).orElseThrow();
            assertEquals(0, open.closed());
            assertEquals(2, open.epoch());
            assertEquals(closed.walId(), open.walId());
        }
    }

    @Test
    void shouldShowOneMomentWhenReadWhileTheWriterPublishes() throws Exception {
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).flushEvery(Duration.ofMillis(1)))) {
            long generation = 0;
            int publications = 0;
            int i = 0;
            while (publications < 20) {
                Logs.appendRange(wal, i, i + 100);
                i += 100;
                final WalCounters counters = WalCounters.read(directory).orElseThrow();
                final WalCounters.Shard shard = counters.shards().getFirst();
                assertTrue(shard.durable() <= shard.committed() && shard.committed() <= shard.tail(), shard::toString);
                assertEquals(0, counters.generation() % 2);
                assertTrue(counters.generation() >= generation, "goes back");
                publications += counters.generation() > generation ? 1 : 0;
                generation = counters.generation();
            }
        }
    }

    @Test
    void shouldSayNothingWhenThereIsNothing() throws IOException {
        assertEquals(Optional.empty(), WalCounters.read(directory));
        Files.createDirectories(file);
        assertEquals(Optional.empty(), WalCounters.read(directory));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, -1, Integer.MAX_VALUE})
    @DisplayName("P12: counters of an older or a newer program are told as such")
    void shouldTellWhenTheVersionIsAnother(int version) throws IOException {
        final byte[] bytes = written();
        Bytes.putInt(bytes, CountersLayout.VERSION_OFFSET, version);
        Files.write(file, bytes);

        final UnsupportedFormatException refused =
                assertThrows(UnsupportedFormatException.class, () -> WalCounters.read(directory));

        assertEquals(String.valueOf(version), refused.found());
        assertEquals(String.valueOf(CountersLayout.VERSION), refused.supported());
    }

    @Test
    @DisplayName(
            "P12: no byte of the counters can be another one unnoticed, but for the generation and the zeros before")
    void shouldRefuseBytesThatAreNotAsPublished() throws IOException {
        final byte[] good = written();
        final WalCounters before = WalCounters.read(directory).orElseThrow();
        final SplittableRandom random = new SplittableRandom(11);
        for (int at = 0; at < good.length; at += 1 + random.nextInt(24)) { // each refusal takes 50 looks
            final byte[] bytes = good.clone();
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);
            if (at >= CountersLayout.GENERATION_OFFSET && at < CountersLayout.CRC32C_OFFSET) {
                continue;
            }
            assertThrows(WalException.class, () -> WalCounters.read(directory), "byte " + at);
        }
        Files.write(file, good);
        assertEquals(before, WalCounters.read(directory).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 2, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE})
    @DisplayName("P12: a number of shards that the bytes cannot hold is refused, checksum or not")
    void shouldRefuseANumberOfShardsThatDoesNotFit(int shards) throws IOException {
        final byte[] bytes = written();
        Bytes.putInt(bytes, CountersLayout.SHARDS_OFFSET, shards);
        Bytes.putInt(bytes, CountersLayout.CRC32C_OFFSET, CountersLayout.crc(new CRC32C(), bytes, bytes.length));
        Files.write(file, bytes);

        assertThrows(WalIoException.class, () -> WalCounters.read(directory));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 255, 256, 511})
    @DisplayName("P12: counters that are cut short are refused")
    void shouldRefuseWhatIsCutShort(int length) throws IOException {
        final byte[] bytes = written();
        Files.write(file, java.util.Arrays.copyOf(bytes, length));

        assertThrows(WalIoException.class, () -> WalCounters.read(directory));
    }

    @Test
    void shouldRefuseWhatAWriterLeftThatDiedWhilePublishing() throws IOException {
        final byte[] bytes = written();
        Bytes.putLong(bytes, CountersLayout.GENERATION_OFFSET, 7);
        Files.write(file, bytes);

        assertThrows(WalIoException.class, () -> WalCounters.read(directory));
    }

    private byte[] written() throws IOException {
        MappedWal.open(Logs.config(directory)).close();
        return Files.readAllBytes(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "CREATE", "WRITE", "FORCE", "MAP", "RENAME"})
    @DisplayName("P6: where the counters cannot be made, on a full disk for one, the log opens without them")
    void shouldOpenWithoutCountersWhenTheyCannotBeMade(FaultyStorage.Call call) {
        final FaultyStorage faulty = new FaultyStorage(FileStorage.INSTANCE);
        final FaultyStorage.Fault fault = faulty.fail(call, "counters.dat*").noSpace();

        try (MappedWal wal = MappedWal.open(Logs.config(directory), faulty, null)) {
            Logs.appendRange(wal, 0, COUNT);
            Logs.flush(wal);
        }

        assertTrue(fault.hits() > 0);
        assertEquals(Logs.range(0, COUNT), Logs.replay(directory).records());
        assertEquals(Optional.empty(), WalCounters.read(directory));
    }

    @Test
    @DisplayName("P12: whatever lies in the place of the counters, the log opens")
    void shouldOpenWhenSomethingElseIsInItsPlace() throws IOException {
        written();
        Files.delete(file);
        Files.createDirectories(file.resolve("with something in it"));
        openAndAppend(0);

        Files.delete(file.resolve("with something in it"));
        Files.delete(file);
        Files.write(file, new byte[] {1, 2, 3});
        assertTrue(file.toFile().setReadOnly());
        openAndAppend(COUNT);

        assertTrue(WalCounters.read(directory).isPresent(), "a file that only cannot be written is replaced");
        assertEquals(Logs.range(0, 2 * COUNT), Logs.replay(directory).records());
    }

    private void openAndAppend(int from) {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, from, from + COUNT);
            Logs.flush(wal);
        }
    }

    @Test
    @DisplayName("P12: counters cut short underneath end no process, and neither appends nor closing")
    void shouldGoOnWhenTheCountersAreTruncatedUnderneath() throws Exception {
        try (OtherProcess writer = OtherProcess.start(CountersTest.class, directory.toString())) {
            assertEquals("opened", writer.readLine());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            writer.writeLine("go on");
            assertEquals("appended", writer.readLine());
            writer.writeLine("close");
            assertEquals("closed", writer.readLine());
        }

        assertEquals(Logs.range(0, 2 * COUNT), Logs.replay(directory).records());
        openAndAppend(2 * COUNT);
        assertTrue(WalCounters.read(directory).isPresent());
    }

    @Test
    void shouldTellAWriterThatDiedFromOneThatLives() throws Exception {
        try (OtherProcess writer = OtherProcess.start(CountersTest.class, directory.toString())) {
            assertEquals("opened", writer.readLine());
            final WalCounters living = WalCounters.read(directory).orElseThrow();
            assertEquals(writer.pid(), living.pid());
            assertTrue(living.isWriterAlive());

            writer.kill();

            final WalCounters dead = WalCounters.read(directory).orElseThrow();
            assertEquals(0, dead.closed());
            assertFalse(dead.isWriterAlive());
        }
    }

    /// The other process: opens a log, appends, and goes on when it is told to.
    public static void main(String[] arguments) throws Exception {
        final Path directory = Path.of(arguments[0]);
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).segmentBytes(1 << 20))) {
            Logs.appendRange(wal, 0, COUNT);
            System.out.println("opened");
            System.in.read(new byte[6]);
            Logs.appendRange(wal, COUNT, 2 * COUNT);
            Logs.flush(wal);
            // Long enough for both agents to have published, the one that has more patience too.
            Thread.sleep(Duration.ofNanos(3 * Counters.PATIENCE_NS));
            System.out.println("appended");
            System.in.read(new byte[6]);
        }
        System.out.println("closed");
    }
}
