package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnmapBlocksTest {
    private static final long SEED = 11;
    private static final Path MAPS = Path.of("/proc/self/smaps");
    private static final int BLOCK_BYTES = 16 << 10;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {8 << 10, 16 << 10, (1 << 20) + 4096, 5 << 20})
    void shouldTakeOutExactlyTheBlocksOfARangeWhenAnyRangeIsGiven(int bytes) throws IOException {
        assumeTrue(Files.isReadable(MAPS), "SKIPPED: what is mapped cannot be seen without /proc/self/smaps");
        final Random random = new Random(SEED);
        final Path file = Files.write(directory.resolve("file"), new byte[bytes]);
        for (int i = 0; i < 40; i++) {
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment memory = map(file, bytes, arena);
                memory.fill((byte) 0x5a);
                assertEquals(bytes >> 10, residentKiB(file));
                final int from = random.nextInt(bytes);
                final int to = from + random.nextInt(bytes - from + 1);

                new UnmapBlocks(memory).unmap(from, to);

                // A last block that is not whole cannot be taken out: it stays in the mapping.
                final int taken = Math.max(0, (to & -BLOCK_BYTES) - (from & -BLOCK_BYTES));
                assertEquals(bytes - taken >> 10, residentKiB(file), "from=" + from + " to=" + to);
            }
        }
    }

    @Test
    void shouldKeepEveryByteWhenBlocksAreTakenOut() throws IOException {
        final int bytes = 3 << 20;
        final Path file = Files.write(directory.resolve("file"), new byte[bytes]);
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = map(file, bytes, arena);
            for (long at = 0; at < bytes; at += Long.BYTES) {
                memory.set(ValueLayout.JAVA_LONG, at, at * 31);
            }

            new UnmapBlocks(memory).unmap(0, bytes);

            for (long at = 0; at < bytes; at += Long.BYTES) {
                assertEquals(at * 31, memory.get(ValueLayout.JAVA_LONG, at));
            }
        }
    }

    private static MemorySegment map(Path file, int bytes, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
        }
    }

    /// @return how much of the file is in this process's page tables
    private static int residentKiB(Path file) throws IOException {
        final List<String> lines = Files.readAllLines(MAPS);
        int at = 0;
        while (!lines.get(at).endsWith(file.toString())) {
            at++;
        }
        while (!lines.get(at).startsWith("Rss:")) {
            at++;
        }
        return Integer.parseInt(lines.get(at).replaceAll("\\D", ""));
    }
}
