package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.JsonLines;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Logs;
import io.seriatim.tools.Output;
import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("crash")
class ResumeTest {
    private static final int SERIES_PER_BATCH = 10;

    @TempDir
    private Path parent;

    private Path log;
    private Path output;
    private Path state;

    @BeforeEach
    void setUp() {
        log = parent.resolve("wal");
        output = parent.resolve("out.jsonl");
        state = parent.resolve("out.resume");
        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            final SeriesHandle[] handles = new SeriesHandle[SERIES_PER_BATCH];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = wal.series(Labels.of("__name__", "in_a_batch", "i", "" + i));
            }
            for (int n = 0; n < 100; n++) {
                try (Batch batch = wal.batch()) {
                    for (final SeriesHandle handle : handles) {
                        batch.add(handle, n, n); // one record of several series in each shard
                    }
                    batch.commit();
                }
                handles[n % SERIES_PER_BATCH].append(1000 + n, n);
                wal.appendRecord(n % Logs.SHARDS, n, new byte[] {1}, 0, 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldGoOnWhereverItStopped(int threads) throws Exception {
        final List<String> expected = sorted(Invocation.of("replay", log).lines());
        final Random random = new Random(11);
        int interruptions = 0;
        for (int round = 0; round < 60; round++) {
            Files.deleteIfExists(output);
            Files.deleteIfExists(state);
            int calls = 0;
            do {
                calls = random.nextInt(1, 700);
                interruptions++;
            } while (isInterrupted(threads, calls, random.nextInt(1, 700)));

            assertEquals(expected, sorted(Files.readAllLines(output)), "round " + round);
        }
        assertTrue(interruptions > 120, "interruptions=" + interruptions);
    }

    /// Replays until so many calls have been made, and then dies: nothing is saved any more, but what is in its
    /// buffer is in the output all the same.
    private boolean isInterrupted(int threads, int calls, int saveEvery) throws IOException {
        try (Resume resume = Resume.of(state, output, "test")) {
            final LineSink sink = new LineSink(
                    new Output("file", Channels.newOutputStream(resume.channel())), Long.MAX_VALUE, resume);
            final Saving saving = () -> {
                sink.flush();
                resume.save();
            };
            final ReplayHandler handler =
                    new NotYetWritten(resume.found(), new Dying(new JsonLines(sink), calls, saving, saveEvery));
            try {
                MappedWal.replay(log, ReplayOptions.defaults().threads(threads), handler);
                sink.flush();
                resume.save();
                return false;
            } catch (Death _) {
                sink.flush();
                return true;
            }
        }
    }

    @Test
    void shouldGoOnByTheCommandLineAndTakeWhatIsNew() throws Exception {
        final String expected = Invocation.of("replay", log).out();
        final Invocation first = Invocation.of("replay", log, "-o", output, "--resume", state);
        final Invocation again = Invocation.of("replay", log, "-o", output, "--resume", state);

        assertEquals(0, first.code(), first.err());
        assertEquals(0, again.code(), again.err());
        assertTrue(again.err().contains("going on behind the first"), again.err());
        assertEquals(expected, Files.readString(output));

        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            wal.series(Labels.of("__name__", "later")).append(5, 6);
        }
        assertEquals(
                0, Invocation.of("replay", log, "-o", output, "--resume", state).code());
        assertEquals(
                expected + "{\"labels\":{\"__name__\":\"later\"},\"samples\":[[5,6.0]]}\n", Files.readString(output));
    }

    @Test
    void shouldWriteTheHeaderOnce() throws Exception {
        assertEquals(
                0,
                Invocation.of("replay", log, "--to", "csv", "-o", output, "--resume", state)
                        .code());
        assertEquals(
                0,
                Invocation.of("replay", log, "--to", "csv", "-o", output, "--resume", state)
                        .code());

        assertEquals(Invocation.of("replay", log, "--to", "csv").out(), Files.readString(output));
    }

    @Test
    void shouldRefuseWhatDoesNotFit() throws Exception {
        assertEquals(
                0, Invocation.of("replay", log, "-o", output, "--resume", state).code());

        refused("of another replay", "--to", "csv");
        refused("of another replay", "--select", "later");
        refused("of another replay", "--from", "7");
        final String saved = Files.readString(state);
        Files.writeString(output, "");
        refused("shorter than it was");
        Files.writeString(state, "bytes=12\n");
        refused("not a resume file");
        Files.writeString(state, saved.replaceAll("(?m)^bytes=.*$", "bytes=many"));
        refused("not a resume file");
        Files.delete(state);
        Files.writeString(output, "precious");
        refused("the output is there and the resume file is not");
        assertEquals("precious", Files.readString(output));
    }

    private void refused(String why, Object... more) {
        final Object[] arguments = new Object[6 + more.length];
        System.arraycopy(new Object[] {"replay", log, "-o", output, "--resume", state}, 0, arguments, 0, 6);
        System.arraycopy(more, 0, arguments, 6, more.length);
        final Invocation replay = Invocation.of(arguments);

        assertEquals(3, replay.code(), replay.err());
        assertTrue(replay.err().contains(why), replay.err());
        assertEquals(1, replay.err().lines().count(), replay.err());
    }

    @Test
    void shouldRefuseAFileOfNoText() throws Exception {
        Files.write(state, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThrows(CannotRunException.class, () -> Resume.of(state, output, "test"));
    }

    private static List<String> sorted(List<String> lines) {
        return lines.stream().sorted().toList();
    }

    /// Something that writes and may fail.
    private interface Saving {
        void save() throws IOException;
    }

    private static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// Saves now and then, from within the lock of no sink: one thread at a time.
    private static final class Dying implements ReplayHandler {
        private final ReplayHandler next;
        private final Saving saving;
        private final int saveEvery;
        private int left;

        Dying(ReplayHandler next, int calls, Saving saving, int saveEvery) {
            this.next = next;
            this.left = calls;
            this.saving = saving;
            this.saveEvery = saveEvery;
        }

        private synchronized void call(Runnable delivery) {
            if (left-- <= 0) {
                throw new Death();
            }
            delivery.run();
            if (left % saveEvery == 0) {
                try {
                    saving.save();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        }

        @Override
        public void onSamples(Labels series, Samples samples) {
            call(() -> next.onSamples(series, samples));
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            call(() -> next.onRecord(record));
        }
    }
}
