package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The operating system gives a process that logs no more files, mappings, memory or bytes in a file: a typed error,
/// and the log goes on when there are some again.
@Tag("crash")
@Timeout(300)
class ProcessLimitsTest {
    private static final int ATTEMPTS = 16;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("no file descriptor is left: opening, rolling, reading and truncating say so; then all go on")
    void shouldGoOnWhenThereWereNoFiles() throws Exception {
        try (TroubledWriter writer = TroubledWriter.start(directory.resolve("wal"), "-n 200")) {
            writer.doesWell("open", "durable", "append", "durable", "replay", "replay 3", "tail", "open another");
            writer.does("take files");
            for (int i = 0; i < 3; i++) {
                writer.does("append");
            }
            writer.failsIn("append", "WalFullException", "Too many open files");
            writer.failsIn("durable", "WalFullException", "Too many open files");
            writer.failsIn("replay", "WalIoException", "Too many open files");
            writer.failsIn("replay 3", "WalIoException", "Too many open files");
            writer.failsIn("truncate", "WalIoException", "Too many open files");
            writer.failsIn("tail", "WalIoException", "Too many open files"); // and lets go of its file
            writer.failsIn("open another", "WalIoException", "Too many open files");
            writer.doesWell("release", "append", "durable", "replay", "replay 3", "tail", "open another");
            writer.assertNothingLost();
            writer.doesWell("truncate");
            writer.does("take files");
            writer.doesWell("close", "release", "open", "durable", "close");
        }
    }

    @Test
    @DisplayName("files may not be longer: opening and rolling say so; then the log goes on")
    void shouldGoOnWhenFilesMayBeLongerAgain() throws Exception {
        MountedDisk.needTool("prlimit");
        try (TroubledWriter writer = TroubledWriter.start(directory.resolve("wal"), "")) {
            limit(writer, "fsize", "65536");
            writer.failsIn("open", "WalIoException", "File too large");
            limit(writer, "fsize", "unlimited");
            writer.doesWell("open", "durable", "append", "durable");
            limit(writer, "fsize", "65536");
            for (int i = 0; i < 3; i++) {
                writer.does("append");
            }
            writer.failsIn("append", "WalFullException", "File too large");
            limit(writer, "fsize", "unlimited");
            writer.doesWell("append", "durable", "close");
            writer.assertNothingLost();
        }
    }

    /// As root, or by raising a soft limit only, it can be taken back.
    private static void limit(TroubledWriter writer, String what, String soft) {
        MountedDisk.must("prlimit", "--" + what + "=" + soft + ":", "--pid", "" + writer.pid());
    }

    @Test
    @DisplayName("no address space is left: opening says so; an open log goes on")
    void shouldGoOnWhenNothingCouldBeMapped() throws Exception {
        MountedDisk.needTool("prlimit");
        try (TroubledWriter writer = TroubledWriter.start(directory.resolve("wal"), "")) {
            writer.doesWell("open", "durable", "append", "durable", "replay", "tail", "open another");
            final String size = Files.readAllLines(Path.of("/proc/" + writer.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmSize"))
                    .findFirst()
                    .orElseThrow()
                    .replaceAll("\\D", "");
            limit(writer, "as", "" + (Long.parseLong(size) * 1024 + 100_000));
            writer.failsIn("open another", "WalIoException", "Map failed");
            limit(writer, "as", "unlimited");
            writer.doesWell("append", "durable", "replay", "tail", "open another", "close");
            writer.assertNothingLost();
        }
    }

    @Test
    @DisplayName("max_map_count is reached: opening says so, or the JVM ends itself; nothing is lost")
    void shouldLoseNothingWhenThereAreNoMappings() throws Exception {
        final Path limit = Path.of("/proc/sys/vm/max_map_count");
        final long most = Long.parseLong(Files.readString(limit).trim());
        MountedDisk.needTool("prlimit");
        assumeTrue(most <= 300_000, "max_map_count is too high to be reached soon: " + most);
        boolean told = false;
        for (int attempt = 0; attempt < ATTEMPTS && !told; attempt++) {
            final Path log = directory.resolve("log-" + attempt).resolve("wal");
            try (TroubledWriter writer = TroubledWriter.start(log, "")) {
                writer.doesWell("open", "durable", "append", "durable", "replay", "tail", "open another");
                // Whatever classes a failed opening needs are loaded now: without a mapping to spare, the JVM that has
                // to
                // load one more ends itself.
                limit(writer, "fsize", "65536");
                writer.failsIn("open another", "WalIoException", "File too large");
                limit(writer, "fsize", "unlimited");
                writer.doesWell("open another");
                try {
                    writer.does("take maps");
                    writer.failsIn("open another", "WalIoException", "Map failed");
                    writer.doesWell("release", "append", "durable", "replay", "tail", "open another", "close");
                    told = true;
                } catch (TroubledWriter.Died died) {
                    // Its compiler or collector needed one, and the JVM gives up then: not what the log can prevent.
                    assertTrue(
                            died.getMessage().contains("There is insufficient memory for the Java Runtime"),
                            died::getMessage);
                }
                writer.assertNothingDurableLost();
            }
        }
        assertTrue(told, "the JVM died in each of the attempts, the log could not say anything");
    }
}
