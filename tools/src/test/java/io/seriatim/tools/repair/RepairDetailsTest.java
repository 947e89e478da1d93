package io.seriatim.tools.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Histograms, exemplars and metadata in a damaged log.
class RepairDetailsTest {
    @TempDir
    private Path parent;

    /// Everything of each series, in order.
    private static final class Content implements ReplayHandler {
        private final Map<Labels, List<String>> series = new HashMap<>();

        static Map<Labels, List<String>> of(Path log) {
            final Content content = new Content();
            MappedWal.replay(log, ReplayOptions.defaults(), content);
            return content.series;
        }

        private void add(Labels labels, String what) {
            series.computeIfAbsent(labels, _ -> new ArrayList<>()).add(what);
        }

        @Override
        public void onSamples(Labels labels, Samples samples) {
            if (samples.count() > 0) {
                add(labels, samples.toString());
            }
        }

        @Override
        public void onHistogram(Labels labels, long timestamp, Histogram histogram, long lsn) {
            add(labels, timestamp + " " + histogram + " " + histogram.hashCode());
        }

        @Override
        public void onExemplar(Labels labels, Exemplar exemplar) {
            add(labels, exemplar.timestamp() + " " + exemplar.value() + " " + exemplar.labels());
        }

        @Override
        public void onMetadata(Labels labels, Metadata metadata) {
            add(labels, metadata.timestamp() + " " + metadata.attributes());
        }
    }

    private Path log() {
        final Path log = parent.resolve("wal");
        try (MappedWal wal = MappedWal.open(WalConfig.at(log).shards(2).segmentBytes(WalConfig.MIN_SEGMENT_BYTES))) {
            for (int i = 0; i < 300; i++) {
                final SeriesHandle handle = wal.series(Labels.of("__name__", "s" + i % 7));
                final Histogram histogram = new Histogram().addBound(i).count(i).startTimestamp(-i);
                histogram.positive().add(1, i);
                handle.append(i, histogram);
                handle.append(i, i);
                handle.appendExemplar(i, i, i % 2 == 0 ? null : Labels.of("trace_id", "t" + i));
                if (i % 10 == 0) {
                    handle.appendMetadata(i, Labels.of("type", "histogram", "help", "help " + i));
                }
            }
        }
        return log;
    }

    @Test
    void shouldKeepEveryDetailThatIsValid() throws IOException {
        final Path log = log();
        final Path segment = log.resolve("shard-000").resolve("0000000000000002.seg");
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[5000] ^= 1;
        Files.write(segment, bytes);

        final Invocation repair = Invocation.of("repair", log, "--out", parent.resolve("new"), "--write");

        assertEquals(2, repair.code(), repair.err());
        assertTrue(repair.out().contains("of the records are histograms, exemplars and metadata"), repair.out());
        assertEquals(Content.of(log), Content.of(parent.resolve("new")));
    }

    @Test
    void shouldCountDetailsInEveryReport() {
        final Path log = log();
        final Invocation stat = Invocation.of("stat", log);
        assertTrue(stat.out().contains("630 records are histograms, exemplars and metadata"), stat.out());
        final Invocation verify = Invocation.of("verify", log);
        assertEquals(0, verify.code(), verify.out());
    }
}
