package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log that keeps only its newest files still says what its series are.
class RetainedMetadataTest {
    private static final int MESSAGES = 40_000;

    @TempDir
    private Path directory;

    /// @return METADATA records, logged and still there
    private long[] metadata(long retainBytes) throws Exception {
        final Path log = directory.resolve("wal-" + retainBytes);
        final Outcome outcome = new Outcome();
        long logged = 0;
        try (MappedWal wal = MappedWal.open(WalConfig.at(log)
                .timeUnit(TimeUnit.NANOSECONDS)
                .shards(2)
                .segmentBytes(64 * 1024)
                .retainBytes(retainBytes)
                .backpressure(Backpressure.block(Duration.ofSeconds(30))))) {
            final Intake intake = new Intake(wal, IntakeLimits.standard());
            for (int i = 0; i < MESSAGES; i++) {
                final byte[] message = new Proto()
                        .message(3, new Proto().int64(1, 1).text(2, "up").text(4, "help me"))
                        .message(1, Proto.labels(new Proto(), "__name__", "up").message(2, Proto.sample(1.5, i)))
                        .bytes();
                intake.remoteWrite1(message, 0, message.length, outcome);
                logged += outcome.metadata();
            }
        }
        final long[] found = {logged, 0, 0};
        MappedWal.replay(log, ReplayOptions.defaults(), new ReplayHandler() {
            @Override
            public void onSamples(Labels series, Samples samples) {
                found[2] += samples.count();
            }

            @Override
            public void onMetadata(Labels series, Metadata metadata) {
                found[1]++;
            }
        });
        return found;
    }

    @Test
    void shouldSayAgainWhatTheLogIsAboutToGiveUp() throws Exception {
        final long[] kept = metadata(1024 * 1024);
        assertTrue(kept[2] < MESSAGES, "nothing was given up: samples=" + kept[2]);
        assertTrue(kept[1] >= 1 && kept[1] <= 8, "found=" + kept[1]);
        assertTrue(kept[0] >= 2 && kept[0] < 30, "logged=" + kept[0]);
    }

    @Test
    void shouldSayItOnceWhereNothingIsGivenUp() throws Exception {
        final long[] all = metadata(0);
        assertEquals(1, all[0]);
        assertEquals(1, all[1]);
        assertEquals(MESSAGES, all[2]);
    }
}
