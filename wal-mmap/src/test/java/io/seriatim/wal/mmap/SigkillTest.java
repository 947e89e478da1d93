package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.Replayed.Sample;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that appends is killed at random moments. Every append that had returned, as it told through a pipe,
/// must be replayed, exactly and once; at most the append that each thread was in may be there besides.
@Tag("crash")
@Timeout(300)
class SigkillTest {
    private static final int ROUNDS = 20;
    private static final int THREADS = 4;
    private static final int SERIES = 5;

    @TempDir
    private Path directory;

    private static WalConfig config(Path log) {
        return WalConfig.at(log).shards(2).segmentBytes(32 * 1024);
    }

    private static Labels labels(int round, int thread, long series) {
        return Labels.of("round", "" + round, "thread", "" + thread, "series", "" + series);
    }

    /// What the n-th append of a thread puts into its series: one sample by handle, a whole series of three, or a
    /// batch of one sample in each.
    private static void expect(Map<Labels, List<Sample>> into, int round, int thread, long n) {
        for (int series = 0; series < SERIES; series++) {
            final boolean batch = n % 7 == 3;
            if (batch || series == n % SERIES) {
                final List<Sample> list = into.computeIfAbsent(labels(round, thread, series), _ -> new ArrayList<>());
                final int count = batch || n % 3 != 0 ? 1 : 3;
                for (int i = 0; i < count; i++) {
                    list.add(Sample.of(n, n));
                }
            }
        }
    }

    /// The victim. Tells of an append, thread and number, when it has returned.
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            final int round = Integer.parseInt(arguments[1]);
            final FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
            final MappedWal wal = MappedWal.open(config(Path.of(arguments[0])));
            for (int t = 0; t < THREADS; t++) {
                final int thread = t;
                Thread.ofPlatform().start(() -> {
                    final SeriesHandle[] handles = new SeriesHandle[SERIES];
                    for (int i = 0; i < SERIES; i++) {
                        handles[i] = wal.series(labels(round, thread, i));
                    }
                    final ByteBuffer told = ByteBuffer.allocate(Long.BYTES);
                    for (long n = 1; ; n++) {
                        append(wal, handles, n);
                        try {
                            pipe.write(told.putLong(0, (long) thread << 56 | n).array());
                        } catch (IOException _) {
                            return;
                        }
                    }
                });
            }
        }

        private static void append(MappedWal wal, SeriesHandle[] handles, long n) {
            final SeriesHandle one = handles[(int) (n % SERIES)];
            if (n % 7 == 3) {
                try (Batch batch = wal.batch()) {
                    for (final SeriesHandle handle : handles) {
                        batch.add(handle, n, n);
                    }
                    batch.commit();
                }
            } else if (n % 3 == 0) {
                wal.append(new Points(one.labels(), n, n, n));
            } else {
                one.append(n, n);
            }
        }
    }

    @Test
    @DisplayName("P1, P3: every append that returned before SIGKILL is replayed, once, and nothing is invented")
    void shouldReplayEveryReturnedAppendWhenKilled() throws Exception {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        long appends = 0;
        for (int round = 0; round < ROUNDS; round++) {
            // Five deaths for each log: the later ones find what the earlier left.
            final Path log = directory.resolve("log-" + round / 5);
            final long[] returned = kill(log, round, random.nextInt(150));
            MappedWal.open(config(log)).close();

            final Replayed found = Replayed.of(log);
            final String context = "seed=" + seed + " round=" + round;
            assertTrue(found.report.state() != ReplayReport.State.DAMAGED, () -> context + found.report);
            assertEquals(0, found.report.orphans(), context);
            for (int thread = 0; thread < THREADS; thread++) {
                assertFound(found, round, thread, returned[thread], context);
                appends += returned[thread];
            }
        }
        assertTrue(appends > 1000, "too few appends to mean anything: " + appends);
    }

    private static void assertFound(Replayed found, int round, int thread, long returned, String context) {
        final Map<Labels, List<Sample>> least = new HashMap<>();
        for (long n = 1; n <= returned; n++) {
            expect(least, round, thread, n);
        }
        final Map<Labels, List<Sample>> most = new HashMap<>();
        least.forEach((labels, samples) -> most.put(labels, new ArrayList<>(samples)));
        expect(most, round, thread, returned + 1);
        for (int series = 0; series < SERIES; series++) {
            final Labels labels = labels(round, thread, series);
            final List<Sample> was = found.of(labels);
            if (!was.equals(least.getOrDefault(labels, List.of()))) {
                assertEquals(most.getOrDefault(labels, List.of()), was, () -> context + " " + labels);
            }
        }
    }

    /// @return the last append of each thread that is known to have returned
    private static long[] kill(Path log, int round, int afterMs) throws Exception {
        final ProcessBuilder builder =
                Child.of(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), Program.class, log, round);
        final Process victim =
                builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        final long[] returned = new long[THREADS];
        try (DataInputStream pipe = new DataInputStream(new BufferedInputStream(victim.getInputStream()))) {
            boolean alive = true;
            long deadlineNs = 0;
            while (true) {
                final long told = pipe.readLong();
                final int thread = (int) (told >>> 56);
                assertEquals(returned[thread] + 1, told & (1L << 56) - 1);
                returned[thread]++;
                deadlineNs = deadlineNs == 0 ? System.nanoTime() + afterMs * 1_000_000L : deadlineNs;
                if (alive && System.nanoTime() >= deadlineNs) {
                    alive = false;
                    victim.toHandle().destroyForcibly(); // SIGKILL; the pipe stays open
                }
            }
        } catch (EOFException _) {
            // what it told before it died is all here
        }
        assertEquals(137, victim.waitFor());
        return returned;
    }
}
