package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalLockedException;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// What users and disks put in a log's place. Whatever it is, nothing of it is destroyed.
@Timeout(60)
class BadInputTest {
    private static final int SAMPLES = 400;

    @TempDir
    private Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    private Path write() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, SAMPLES);
        }
        return log();
    }

    private static void replay(Path log) {
        MappedWal.replay(log, ReplayOptions.defaults(), (series, samples) -> {});
    }

    private static void open(Path log) {
        MappedWal.open(Logs.config(log)).close();
    }

    private static void assertSays(Throwable failure, String... parts) {
        final String message = failure.getMessage();
        for (final String part : parts) {
            assertTrue(message.contains(part), () -> "no \"" + part + "\" in: " + message);
        }
        assertTrue(message.indexOf('\n') < 0, message);
    }

    /// Checks that a call fails and that every file is as it was before.
    private <T extends WalException> T refused(Class<T> type, Path log, Executable call) {
        final Map<String, Integer> before = Logs.content(log);
        final T failure = assertThrows(type, call);
        assertEquals(before, Logs.content(log));
        return failure;
    }

    @Test
    @DisplayName("a directory that is no log is refused and left alone, down to its listing")
    void shouldRefuseWhenDirectoryHoldsSomethingElse() throws Exception {
        Files.write(directory.resolve("photo.jpg"), new byte[100]);
        assertSays(
                refused(NotALogException.class, directory, () -> open(directory)),
                "not a log: directory=" + directory,
                "photo.jpg");
        assertSays(refused(NotALogException.class, directory, () -> replay(directory)), "not a log");
        assertEquals(List.of("photo.jpg"), FileStorage.INSTANCE.list(directory));
    }

    @Test
    void shouldRefuseReplayWhenThereIsNothing() throws Exception {
        assertSays(assertThrows(NotALogException.class, () -> replay(log())), "no such directory");
        Files.createDirectories(log());
        assertSays(assertThrows(NotALogException.class, () -> replay(log())), "empty");
        assertThrows(NotALogException.class, () -> MappedWal.tail(log(), Checkpoint.of()));
    }

    @Test
    void shouldSayWhatFailedWhenDirectoryIsFile() throws Exception {
        Files.write(log(), new byte[10]);
        assertThrows(WalIoException.class, () -> open(log()));
        assertThrows(WalException.class, () -> replay(log()));
        assertEquals(10, Files.size(log()));
    }

    private static void setVersion(Path segment, int version) {
        final SegmentEditor edited = SegmentEditor.of(segment);
        Bytes.putInt(edited.bytes, SegmentHeader.VERSION_OFFSET, version);
        final CRC32C crc = new CRC32C();
        crc.update(edited.bytes, 0, SegmentHeader.CRC_OFFSET);
        Bytes.putInt(edited.bytes, SegmentHeader.CRC_OFFSET, (int) crc.getValue());
        edited.save();
    }

    @Test
    @DisplayName("a segment of a newer version: not opened, not read as data, the rest replayed and the file named")
    void shouldRefuseToOpenWhenSegmentIsNewer() {
        setVersion(Logs.segments(write(), 0).get(1), 2);

        assertSays(
                refused(UnsupportedFormatException.class, log(), () -> open(log())), "0000000000000001.seg", "version");
        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(List.of(Damage.Kind.NEWER_VERSION), replayed.kinds());
        assertEquals(List.of(Damage.Verdict.UNDETERMINED), replayed.verdicts());
        assertTrue(replayed.records().size() < SAMPLES);
    }

    @Test
    void shouldRefuseWhenMetaIsFromTheFuture() throws IOException {
        final Path meta = write().resolve(LogFiles.META);
        final byte[] bytes = Files.readAllBytes(meta);
        Bytes.putInt(bytes, 8, 9);
        Files.write(meta, bytes);
        assertSays(refused(UnsupportedFormatException.class, log(), () -> open(log())), "wal.meta", "9");
        assertThrows(UnsupportedFormatException.class, () -> replay(log()));
    }

    @Test
    void shouldRefuseWhenTimeUnitDiffers() {
        write();
        assertSays(
                refused(
                        UnsupportedFormatException.class,
                        log(),
                        () -> MappedWal.open(Logs.config(log()).timeUnit(TimeUnit.NANOSECONDS))),
                "time unit",
                "MILLISECONDS",
                "NANOSECONDS");
    }

    @Test
    @DisplayName("P4: a foreign segment is reported, not read, not deleted; the log goes on")
    void shouldReportWhenSegmentIsForeign() throws IOException {
        write();
        final Path other = directory.resolve("other");
        try (MappedWal wal = MappedWal.open(Logs.config(other))) {
            Logs.appendRange(wal, 5000, 5400);
        }
        final Path foreign = Logs.segments(log(), 0).get(1);
        Files.write(foreign, Files.readAllBytes(Logs.segments(other, 0).get(1)));

        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(List.of(Damage.Kind.FOREIGN_SEGMENT), replayed.kinds());
        assertTrue(Logs.range(0, SAMPLES).containsAll(replayed.records()));
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, SAMPLES, SAMPLES + 10);
            Logs.flush(wal);
            wal.truncateBefore(wal.durable(0));
        }
        assertTrue(Files.exists(foreign));
        assertEquals(Logs.range(SAMPLES, SAMPLES), Logs.replay(log()).records());
    }

    @Test
    @DisplayName("P4: segments that were swapped are reported and not read as data")
    void shouldReportWhenSegmentsAreSwapped() throws IOException {
        final List<Path> files = Logs.segments(write(), 0);
        final byte[] first = Files.readAllBytes(files.get(0));
        Files.write(files.get(0), Files.readAllBytes(files.get(1)));
        Files.write(files.get(1), first);

        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(List.of(Damage.Kind.FOREIGN_SEGMENT, Damage.Kind.FOREIGN_SEGMENT), replayed.kinds());
        assertTrue(Logs.range(0, SAMPLES).containsAll(replayed.records()));
    }

    @Test
    @DisplayName("P4: a missing first, middle or emptied segment is a loss, and the rest is replayed")
    void shouldReportLossWhenSegmentIsMissingOrEmpty() throws IOException {
        write();
        final List<Path> files = Logs.segments(log(), 0);
        for (int i = 0; i < files.size() - 1; i++) {
            for (final boolean empty : new boolean[] {false, true}) {
                final Path copy = Logs.copy(log(), directory.resolve("copy"));
                final Path gone = Logs.segments(copy, 0).get(i);
                Files.delete(gone);
                if (empty) {
                    Files.createFile(gone);
                }
                final Logs.Replayed replayed = Logs.replay(copy);
                assertEquals(List.of(empty ? Damage.Kind.BAD_HEADER : Damage.Kind.MISSING_SEGMENT), replayed.kinds());
                assertEquals(gone, replayed.damages().getFirst().file());
                assertEquals(ReplayReport.State.DAMAGED, replayed.state());
                assertTrue(replayed.records().size() > SAMPLES / 4);
                assertTrue(Logs.range(0, SAMPLES).containsAll(replayed.records()));
                Logs.delete(copy);
            }
        }
    }

    @Test
    @DisplayName("P4: a segment that is too short is reported, one that is too long is read as far as it goes")
    void shouldReadWhatIsThereWhenSizeIsWrong() {
        write();
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(log(), 0).get(1));
        edited.save(edited.bytes.length + 4096);
        assertEquals(Logs.range(0, SAMPLES), Logs.replay(log()).records());
        edited.save(5000);
        assertTrue(Logs.replay(log()).kinds().contains(Damage.Kind.TRUNCATED));
        open(log());
    }

    @Test
    @DisplayName("edge 25: a FIFO or a directory in a segment's place blocks nobody")
    void shouldReportWhenSegmentIsNoFile() throws Exception {
        write();
        final Path fifo = LogFiles.segment(LogFiles.shard(log(), 0), 100);
        final Path folder = LogFiles.segment(LogFiles.shard(log(), 0), 101);
        Files.createDirectory(folder);
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());

        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(List.of(Damage.Kind.BAD_HEADER, Damage.Kind.BAD_HEADER), replayed.kinds());
        assertEquals(Logs.range(0, SAMPLES), replayed.records());
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, SAMPLES, SAMPLES + 1);
        }
        assertEquals(Logs.range(0, SAMPLES + 1), Logs.replay(log()).records());
    }

    @Test
    @DisplayName("edge 25: a seal that lies about its times hides samples only from who asks for times")
    void shouldBelieveFramesWhenSealLies() {
        write();
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(log(), 0).getFirst());
        final SealBlock seal = SealBlock.decode(
                edited.bytes,
                SealBlock.OFFSET,
                edited.header.seed(),
                edited.header.base(),
                edited.header.segmentBytes());
        final byte[] block = new SealBlock(seal.end(), seal.records(), seal.samples(), seal.definitions(), 9_000, 9_001)
                .encode(edited.header.seed(), edited.header.base());
        System.arraycopy(block, 0, edited.bytes, SealBlock.OFFSET, block.length);
        edited.save();
        assertEquals(Logs.range(0, SAMPLES), Logs.replay(log()).records());
    }

    @Test
    @DisplayName("edge 14: a second opener in this process is refused, also by another name, and the first goes on")
    void shouldNamePidWhenOpenInThisProcess() throws IOException {
        final Path link = directory.resolve("link");
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Files.createSymbolicLink(link, log());
            for (final Path name : List.of(log(), link)) {
                final WalLockedException failure = assertThrows(WalLockedException.class, () -> open(name));
                assertSays(failure, "pid=" + ProcessHandle.current().pid());
            }
            replay(log());
            Logs.appendRange(wal, 0, 10);
        }
        assertEquals(Logs.range(0, 10), Logs.replay(log()).records());
        open(log());
    }

    /// Another process: holds the log until it is killed.
    static final class Holder {
        public static void main(String[] args) throws Exception {
            final MappedWal wal = MappedWal.open(Logs.config(Path.of(args[0])));
            Logs.appendRange(wal, 0, 10);
            System.out.println("ready");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    @DisplayName("P1, edge 14: an opener in another process is named; reading beside it does not drop its lock")
    void shouldNamePidWhenOpenInAnotherProcess() throws Exception {
        try (OtherProcess holder = OtherProcess.start(Holder.class, log().toString())) {
            assertEquals("ready", holder.readLine());
            for (int i = 0; i < 3; i++) {
                assertSays(assertThrows(WalLockedException.class, () -> open(log())), "pid=" + holder.pid());
                assertEquals(Logs.range(0, 10), Logs.replay(log()).records());
            }
            holder.kill();
        }
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            assertEquals(ReplayReport.State.SOUND, wal.recovered().state());
        }
        assertEquals(Logs.range(0, 10), Logs.replay(log()).records());
    }

    @Test
    @DisplayName("records beyond the limits are refused by name, and the log is untouched")
    void shouldRefuseRecordWhenItIsTooLong() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            final long before = wal.checkpoint().lsn(0);
            final int room = Logs.SEGMENT_BYTES - WalConfig.SEGMENT_HEADER_BYTES;
            final Executable record = () -> wal.appendRecord(0, 1, new byte[room], 0, room);
            assertSays(assertThrows(IllegalArgumentException.class, record), "record too long", "limit=" + room);
            final Labels labels = Labels.of("n", "v".repeat(5000));
            assertThrows(
                    IllegalArgumentException.class, () -> wal.series(labels).append(1, 1));
            try (Batch batch = wal.batch()) {
                for (int i = 0; i < 1000; i++) {
                    batch.add(wal.series(Logs.CPU), i, i);
                }
                assertThrows(IllegalArgumentException.class, batch::commit);
            }
            assertEquals(before, wal.checkpoint().lsn(0));
            final int most = room - FrameLayout.RECORD_BYTES_OFFSET;
            wal.appendRecord(0, 1, new byte[most], 0, most);
        }
        assertEquals(1, Logs.replay(log()).records().size());
    }
}
