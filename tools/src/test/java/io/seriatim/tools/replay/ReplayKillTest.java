package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.ChildJvm;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("crash")
class ReplayKillTest {
    private static final int SAMPLES = 100_000;
    private static final int KILLS = 3;

    @TempDir
    private Path parent;

    /// The kill comes after the file has been replaced once more, which happens several times in a run. Should
    /// a machine be so fast that a run has ended before, it was no kill, and the test says so.
    @Test
    void shouldLeaveNoGapAndNoDoubleWhenKilled() throws Exception {
        final Path log = parent.resolve("wal");
        try (MappedWal wal = MappedWal.open(Logs.config(log).segmentBytes(1 << 20))) {
            for (int series = 0; series < Logs.SERIES; series++) {
                final SeriesHandle handle = wal.series(Logs.labels(series));
                for (int i = 0; i < SAMPLES; i++) {
                    handle.append(Logs.START + i, i);
                }
            }
        }
        final Path output = parent.resolve("out.jsonl");
        final Path state = parent.resolve("out.resume");
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            final FileTime before = Files.exists(state) ? Files.getLastModifiedTime(state) : FileTime.fromMillis(0);
            final ChildJvm child = ChildJvm.start(
                    parent, List.of("-Xmx64m"), "replay", log, "--quiet", "-o", output, "--resume", state);
            int replaced = 0; // at its start, and then with something in it
            FileTime last = before;
            while (child.process().isAlive() && replaced < 2) {
                final FileTime now = Files.exists(state) ? Files.getLastModifiedTime(state) : last;
                replaced += now.equals(last) ? 0 : 1;
                last = now;
                Thread.onSpinWait();
            }
            killed += child.process().isAlive() ? 1 : 0;
            child.kill();
        }
        assertTrue(killed > 0, "every run ended before it could be killed");

        final Invocation rest = Invocation.of("replay", log, "-o", output, "--resume", state);

        assertEquals(0, rest.code(), rest.err());
        final Path whole = parent.resolve("whole.jsonl");
        assertEquals(0, Invocation.of("replay", log, "-o", whole).code());
        assertEquals(-1, Files.mismatch(whole, output));
    }
}
