package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Waits, off the clock and for all contenders alike, until the disk has nothing left to do: what one has written or
/// deleted must not be paid for by the next.
final class Settle {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final long QUIET_KIBIBYTES = 16 * 1024;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int PAUSE_MS = 20;

    private Settle() {}

    /// Syncs the file system of `directory`, then waits until the kernel has hardly a dirty page. Where there is no
    /// Linux, or another process writes all the time, it gives up in the end.
    static void settle(Path directory) throws IOException {
        try {
            sync(directory);
            final long startNs = System.nanoTime();
            while (dirtyKibibytes() > QUIET_KIBIBYTES && System.nanoTime() - startNs < TIMEOUT_NS) {
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private static void sync(Path directory) throws InterruptedException {
        try {
            new ProcessBuilder(List.of("sync", "-f", directory.toString()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException _) {
            // No such command; the kernel writes by itself, which takes longer.
        }
    }

    /// @return dirty or being written, of the whole machine; 0 where nobody tells
    static long dirtyKibibytes() throws IOException {
        if (!Files.isReadable(MEMORY)) {
            return 0;
        }
        return Files.readAllLines(MEMORY).stream()
                .filter(line -> line.startsWith("Dirty:") || line.startsWith("Writeback:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
