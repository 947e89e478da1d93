package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalLockedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WalConsumerTest {
    /// About twenty segments of 8 KiB.
    private static final int MANY = 2_000;
    /// Segments that are there when nothing older is: the one that is written, and those prepared.
    private static final int FEW = 8;

    @TempDir
    private Path directory;

    private WalConfig config() {
        return Logs.config(directory);
    }

    private WalConsumer consumer() {
        return MappedWal.consumer(directory, "relay", ConsumerOptions.defaults());
    }

    /// Directories are listed every 50 ms at most.
    private static List<String> read(WalConsumer consumer) {
        final Logs.Texts texts = new Logs.Texts();
        long quietSinceNs = System.nanoTime();
        while (System.nanoTime() - quietSinceNs < TimeUnit.MILLISECONDS.toNanos(120)) {
            if (consumer.poll(texts) > 0) {
                quietSinceNs = System.nanoTime();
            } else {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
        return texts.records;
    }

    /// Appends with a duty cycle now and then, which prepares segments.
    private static void append(MappedWal wal, int from, int to) {
        for (int i = from; i < to; i++) {
            Logs.appendRange(wal, i, i + 1);
            if (i % 50 == 0) {
                Logs.flush(wal);
                wal.doWork();
            }
        }
        Logs.flush(wal);
        wal.doWork();
    }

    private long files() {
        return Logs.segments(directory, 0).size();
    }

    private static void workUntil(MappedWal wal, BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            wal.doWork();
            Thread.sleep(10);
        }
    }

    @Test
    void shouldHandOnInSharesThatCanBeCommittedOneByOne() throws Exception {
        try (MappedWal wal = MappedWal.open(config().shards(2).callerRuns(true))) {
            append(wal, 0, MANY);
        }
        final List<String> found = new ArrayList<>();
        int polls = 0;
        for (boolean more = true; more; polls++) {
            // Another one each time: what was committed is all that it knows.
            try (WalConsumer consumer = consumer()) {
                final Logs.Texts texts = new Logs.Texts();
                final long records = consumer.poll(texts, 100);
                assertTrue(records <= 102, "records=" + records);
                assertEquals(records, texts.records.size());
                consumer.commit();
                found.addAll(texts.records);
                more = records > 0;
            }
        }
        assertTrue(polls >= MANY / 102, "polls=" + polls);
        assertEquals(MANY, found.size());
        assertEquals(MANY, Set.copyOf(found).size());
        try (WalConsumer consumer = consumer()) {
            assertThrows(IllegalArgumentException.class, () -> consumer.poll((_, _) -> {}, 0));
        }
    }

    @Test
    void shouldGoOnWhereItCommittedWhenOpenedAgain() {
        try (MappedWal wal = MappedWal.open(config())) {
            append(wal, 0, 100);
            try (WalConsumer consumer = consumer()) {
                assertEquals(Logs.range(0, 100), read(consumer));
                consumer.commit();
                append(wal, 100, 150);
                assertEquals(Logs.range(100, 150), read(consumer)); // not committed
            }
            append(wal, 150, 200);
            try (WalConsumer consumer = consumer()) {
                assertEquals(Logs.range(100, 200), read(consumer));
                assertEquals(0, consumer.missedBytes());
                consumer.commit();
            }
        }
        try (MappedWal wal = MappedWal.open(config());
                WalConsumer consumer = consumer()) {
            append(wal, 200, 210);
            assertEquals(Logs.range(200, 210), read(consumer));
        }
    }

    @Test
    void shouldKeepWhatAConsumerHasNotReadWhenTruncated() throws InterruptedException {
        try (MappedWal wal = MappedWal.open(config())) {
            try (WalConsumer consumer = consumer()) {
                append(wal, 0, MANY);
                final long before = files();
                wal.truncateBefore(wal.checkpoint());
                wal.doWork();

                assertTrue(files() >= before, () -> "files=" + files() + " before=" + before);
                assertEquals(List.of(), Logs.replay(directory).records()); // truncated for everybody else
                assertEquals(Logs.range(0, MANY), read(consumer));
                assertEquals(0, consumer.missedBytes());
                consumer.commit();
            }
            workUntil(wal, () -> files() < FEW);
        }
    }

    @Test
    void shouldKeepWhatAConsumerHasNotReadWhenReopened() throws InterruptedException {
        try (MappedWal wal = MappedWal.open(config())) {
            consumer().close();
            append(wal, 0, MANY);
            wal.truncateBefore(wal.checkpoint());
        }
        try (MappedWal wal = MappedWal.open(config())) {
            append(wal, MANY, MANY + 10);
            wal.truncateBefore(wal.checkpoint());
            try (WalConsumer consumer = consumer()) {
                assertEquals(Logs.range(0, MANY + 10), read(consumer));
                consumer.commit();
            }
            workUntil(wal, () -> files() < FEW);
        }
    }

    @Test
    void shouldGiveUpTheOldestWhenTheLogIsLongerThanTheBound() {
        final long bound = 10 * Logs.SEGMENT_BYTES;
        try (MappedWal wal = MappedWal.open(config().consumerBytes(bound));
                WalConsumer consumer = consumer()) {
            append(wal, 0, 4 * MANY);
            wal.truncateBefore(wal.checkpoint());
            assertTrue(wal.stats().shards().size() == 1 && files() <= 10 + FEW, () -> "files=" + files());

            final List<String> found = read(consumer);
            assertTrue(consumer.missedBytes() > 0);
            assertFalse(found.isEmpty());
            final int first = 4 * MANY - found.size();
            assertEquals(Logs.range(first, 4 * MANY), found); // the newest, without a hole
        }
    }

    @Test
    void shouldKeepNothingWhenTheBoundIsZero() {
        try (MappedWal wal = MappedWal.open(config().consumerBytes(0));
                WalConsumer consumer = consumer()) {
            append(wal, 0, MANY);
            wal.truncateBefore(wal.checkpoint());
            assertTrue(files() < FEW, () -> "files=" + files());
            assertTrue(read(consumer).size() < MANY);
            assertTrue(consumer.missedBytes() > 0);
        }
    }

    @Test
    void shouldKeepNothingForFilesThatAreNoPositions() throws IOException {
        try (MappedWal wal = MappedWal.open(config())) {
            final Path consumers = Files.createDirectory(directory.resolve("consumers"));
            Files.writeString(consumers.resolve("relay~"), "an editor's copy");
            Files.writeString(consumers.resolve("relay.tmp"), "of a process that died");
            append(wal, 0, MANY);
            wal.truncateBefore(wal.checkpoint());
            assertTrue(files() < FEW, () -> "files=" + files());
        }
    }

    @Test
    void shouldDeleteWhenTheConsumerIsForgotten() throws InterruptedException {
        try (MappedWal wal = MappedWal.open(config())) {
            consumer().close();
            append(wal, 0, MANY);
            wal.truncateBefore(wal.checkpoint());
            final long held = files();
            assertTrue(held > 2 * FEW);

            MappedWal.forgetConsumer(directory, "relay");
            MappedWal.forgetConsumer(directory, "relay");
            workUntil(wal, () -> files() < FEW);
        }
    }

    @Test
    void shouldKeepNewestOfRetentionAndConsumerApart() {
        final WalConfig config = config().retainBytes(6 * Logs.SEGMENT_BYTES);
        try (MappedWal wal = MappedWal.open(config);
                WalConsumer consumer = consumer()) {
            append(wal, 0, MANY);
            assertEquals(Logs.range(0, MANY), read(consumer));
        }
    }

    @Test
    void shouldBeginWhereAskedWhenItIsNew() {
        try (MappedWal wal = MappedWal.open(config())) {
            append(wal, 0, 50);
            final Checkpoint now = wal.checkpoint();
            append(wal, 50, 60);
            try (WalConsumer consumer = MappedWal.consumer(
                    directory, "late", ConsumerOptions.defaults().from(now))) {
                assertEquals(now, consumer.committed());
                assertEquals(Logs.range(50, 60), read(consumer));
            }
        }
    }

    @Test
    void shouldNotGetWhatWasTruncatedBeforeItCame() {
        try (MappedWal wal = MappedWal.open(config())) {
            consumer().close(); // holds the files
            append(wal, 0, MANY);
            wal.truncateBefore(wal.checkpoint());
            append(wal, MANY, MANY + 5);
            try (WalConsumer other = MappedWal.consumer(directory, "other", ConsumerOptions.defaults())) {
                assertEquals(Logs.range(MANY, MANY + 5), read(other));
                assertEquals(0, other.missedBytes());
            }
        }
    }

    @Test
    void shouldHandOnOnlyWhatIsDurableWhenAsked() {
        try (MappedWal wal = MappedWal.open(config());
                WalConsumer consumer = MappedWal.consumer(
                        directory, "relay", ConsumerOptions.defaults().durableOnly(true))) {
            Logs.appendRange(wal, 0, 10);
            assertEquals(List.of(), read(consumer));
            Logs.flush(wal); // its mark asserts what was durable before
            assertEquals(List.of(), read(consumer));
            Logs.appendRange(wal, 10, 20);
            Logs.flush(wal);
            assertEquals(Logs.range(0, 10), read(consumer));
            append(wal, 20, MANY);
            Logs.appendRange(wal, MANY, MANY + 10);
            Logs.flush(wal);
            assertEquals(Logs.range(10, MANY), read(consumer));
        }
    }

    @Test
    void shouldHandOnEverythingDurableWhenTheLogWasClosed() {
        try (MappedWal wal = MappedWal.open(config())) {
            append(wal, 0, MANY);
        }
        try (WalConsumer consumer = MappedWal.consumer(
                directory, "relay", ConsumerOptions.defaults().durableOnly(true))) {
            assertEquals(Logs.range(0, MANY), read(consumer));
        }
    }

    @Test
    void shouldHandOnWhatADeadProcessLeftWhenTheLogWasOpenedAgain(@TempDir Path other) {
        final Path killed = other.resolve("killed");
        try (MappedWal wal = MappedWal.open(config())) {
            Logs.appendRange(wal, 0, 10);
            Logs.copy(directory, killed);
        }
        final ConsumerOptions durable = ConsumerOptions.defaults().durableOnly(true);
        try (WalConsumer consumer = MappedWal.consumer(killed, "relay", durable)) {
            assertEquals(List.of(), read(consumer));
            MappedWal.open(Logs.config(killed)).close();
            assertEquals(Logs.range(0, 10), read(consumer));
        }
    }

    @Test
    void shouldRefuseASecondUnderTheSameName() {
        try (MappedWal _ = MappedWal.open(config())) {
            try (WalConsumer first = consumer()) {
                final WalLockedException refused = assertThrows(WalLockedException.class, this::consumer);
                assertTrue(refused.getMessage().contains("consumer=relay"), refused.getMessage());
                assertEquals(ProcessHandle.current().pid(), refused.pid());
                assertThrows(WalLockedException.class, () -> MappedWal.forgetConsumer(directory, "relay"));
                MappedWal.consumer(directory, "other", ConsumerOptions.defaults())
                        .close();
                first.commit();
            }
            consumer().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", ".hidden", "a b", "relay.tmp", "relay.lock", "ü"})
    void shouldRefuseWhatIsNoName(String name) {
        MappedWal.open(config()).close();
        final IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> MappedWal.consumer(directory, name, ConsumerOptions.defaults()));
        assertTrue(refused.getMessage().contains("name=" + name), refused.getMessage());
    }

    @Test
    void shouldRefuseWhereThereIsNoLog() {
        assertThrows(NotALogException.class, this::consumer);
        assertEquals(List.of(), List.of(directory.toFile().list()));
    }

    @Test
    void shouldKeepEverythingAndSaySoWhenAPositionIsDamaged() throws IOException {
        try (MappedWal wal = MappedWal.open(config())) {
            consumer().close();
            append(wal, 0, MANY);
            final Path file = directory.resolve("consumers").resolve("relay");
            final byte[] bytes = Files.readAllBytes(file);
            bytes[40] ^= 1;
            Files.write(file, bytes);
            final long before = files();
            wal.truncateBefore(wal.checkpoint());

            assertTrue(files() >= before);
            final UnsupportedFormatException refused = assertThrows(UnsupportedFormatException.class, this::consumer);
            assertEquals(file, refused.file());
        }
    }

    @Test
    void shouldRefuseThePositionOfAnotherLog(@TempDir Path other) throws IOException {
        MappedWal.open(config()).close();
        consumer().close();
        MappedWal.open(Logs.config(other)).close();
        Files.createDirectory(other.resolve("consumers"));
        Files.copy(
                directory.resolve("consumers").resolve("relay"),
                other.resolve("consumers").resolve("relay"));
        assertThrows(
                UnsupportedFormatException.class, () -> MappedWal.consumer(other, "relay", ConsumerOptions.defaults()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE", "WRITE", "FORCE", "RENAME", "SYNC_DIRECTORY"})
    void shouldStandWhereItStoodWhenItsPositionCannotBeStored(String call) {
        final FaultyStorage storage = new FaultyStorage(FileStorage.INSTANCE);
        try (MappedWal wal = MappedWal.open(config())) {
            append(wal, 0, 10);
            final Checkpoint before;
            try (WalConsumer consumer = WalConsumer.open(storage, directory, "relay", ConsumerOptions.defaults())) {
                before = consumer.committed();
                read(consumer);
                final FaultyStorage.Fault fault = storage.fail(FaultyStorage.Call.valueOf(call), "*");
                assertThrows(WalIoException.class, consumer::commit);
                assertEquals(before, consumer.committed());
                fault.mend();
            }
            try (WalConsumer consumer = consumer()) {
                // A rename that was not made durable may have been made all the same.
                assertTrue(call.equals("SYNC_DIRECTORY") || consumer.committed().equals(before));
            }
        }
    }
}
