package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real file system fails under a process that logs: the process lives and is told by a typed error, and nothing
/// is lost that it had been promised.
@Tag("crash")
@Timeout(300)
class DiskTroubleTest {
    private static final int DISK_BYTES = 12 << 20;

    @TempDir
    private Path directory;

    private static MountedDisk disk(String type) throws Exception {
        return type.equals("tmpfs") ? MountedDisk.tmpfs(DISK_BYTES) : MountedDisk.ext4(DISK_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "tmpfs"})
    @DisplayName(
            "P6: a disk that fills in the middle of a run makes appends throw; freed, the log goes on; nothing is lost")
    void shouldGoOnWhenTheDiskWasFull(String type) throws Exception {
        try (MountedDisk disk = disk(type);
                TroubledWriter writer = TroubledWriter.start(disk.path().resolve("wal"), "")) {
            writer.doesWell("open", "durable", "append", "durable");
            final Path filler = disk.fill();
            writer.doesWell("durable"); // in the segment that there is
            for (int i = 0; i < 3; i++) {
                writer.does("append"); // the spares that there are fill up
            }
            writer.failsIn("append", "WalFullException", "No space left on device");
            writer.failsIn("durable", "WalFullException", "No space left on device");
            writer.doesWell("replay", "tail");
            Files.delete(filler);
            writer.doesWell("append", "append", "durable", "close");
            writer.assertNothingLost();
            disk.fill();
            writer.failsIn("open", "WalIoException", "No space left on device");
            Files.delete(filler);
            writer.doesWell("open", "durable", "close");
            writer.assertNothingLost();
        }
    }

    @Test
    @DisplayName(
            "P5: a disk that turns read-only poisons the log, refuses to open it; repaired, all that was durable is"
                    + " there")
    void shouldPoisonWhenTheDiskTurnsReadOnly() throws Exception {
        try (MountedDisk disk = MountedDisk.ext4(DISK_BYTES);
                TroubledWriter writer = TroubledWriter.start(disk.path().resolve("wal"), "")) {
            writer.doesWell("open", "durable", "append", "durable");
            // Who asks for it is refused while files are open for writing; the kernel itself does it after an error.
            assertTrue(MountedDisk.run("mount", "-o", "remount,ro", disk.path().toString())
                            .exit()
                    != 0);
            writer.doesWell("append", "durable");
            MountedDisk.must("mount", "-o", "remount,abort", disk.path().toString());
            writer.failsIn("durable", "WalPoisonedException", "Read-only file system");
            writer.failsIn("append", "WalPoisonedException", "Read-only file system");
            writer.doesWell("replay", "tail");
            writer.failsIn("truncate", "WalIoException", "Read-only file system");
            writer.failsIn("close", "WalPoisonedException", "Read-only file system");
            writer.failsIn("open", "WalIoException", "Read-only file system");
            writer.doesWell("replay");
            disk.mountAgainAfter(writer);
            writer.assertNothingDurableLost();
            MappedWal.open(TroubledWriter.config(disk.path().resolve("wal"))).close();
            writer.assertNothingDurableLost();
        }
    }

    @Test
    @DisplayName("a log whose directory is removed says so when it needs another file; the process goes on")
    void shouldSaySoWhenTheDirectoryIsRemoved() throws Exception {
        final Path log = directory.resolve("wal");
        try (TroubledWriter writer = TroubledWriter.start(log, "")) {
            writer.doesWell("open", "durable", "append", "tail", "durable");
            Logs.delete(log);
            for (int i = 0; i < 3; i++) {
                writer.does("append");
            }
            writer.failsIn("append", "WalFullException", "NoSuchFileException");
            writer.failsIn("truncate", "WalIoException", "NoSuchFileException");
            writer.failsIn("replay", "NotALogException", "");
            assertEquals("ok", writer.does("close"), "what it has mapped it still has");
            writer.failsIn("replay", "NotALogException", "");
            writer.doesWell("open", "close");
        }
    }
}
