package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A log with an [Intake], and what is in it afterwards: a line for each record, in their order.
public final class IntakeLog implements AutoCloseable {
    final Outcome outcome = new Outcome();
    final MappedWal wal;
    final Intake intake;
    private final Path directory;

    IntakeLog(Path directory) {
        this(config(directory), IntakeLimits.standard());
    }

    IntakeLog(WalConfig config, IntakeLimits limits) {
        directory = config.directory();
        wal = MappedWal.open(config);
        intake = new Intake(wal, limits);
    }

    static WalConfig config(Path directory) {
        return WalConfig.at(directory).timeUnit(TimeUnit.NANOSECONDS).segmentBytes(4 << 20);
    }

    /// A log that appends nothing of its own accord: it forces only what somebody waits for.
    static WalConfig quiet(Path directory) {
        return config(directory).flushEvery(Duration.ofDays(1)).flushBytes(1L << 40);
    }

    Outcome otlp(byte[] message) throws BadMessageException {
        intake.otlp(message, 0, message.length, outcome);
        return outcome;
    }

    Outcome otlpJson(byte[] message) throws BadMessageException {
        intake.otlpJson(message, 0, message.length, outcome);
        return outcome;
    }

    Outcome remoteWrite1(byte[] message) throws BadMessageException {
        intake.remoteWrite1(message, 0, message.length, outcome);
        return outcome;
    }

    Outcome remoteWrite2(byte[] message) throws BadMessageException {
        intake.remoteWrite2(message, 0, message.length, outcome);
        return outcome;
    }

    @Override
    public void close() {
        wal.close();
    }

    /// Awaits the end that the outcome names, and closes the log.
    List<String> lines() throws InterruptedException {
        assertEquals(true, wal.awaitDurable(outcome.end(), Duration.ofSeconds(30)));
        wal.close();
        return lines(directory);
    }

    /// @return what a log holds that is closed or flushed
    public static List<String> lines(Path directory) {
        final List<String> lines = new ArrayList<>();
        final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), new Lines(lines));
        assertEquals(ReplayReport.State.SOUND, report.state());
        return lines;
    }

    /// @return everything that a histogram says
    static String text(Histogram histogram) {
        final StringBuilder text = new StringBuilder();
        text.append(histogram.exponential() ? "scale=" + histogram.scale() : "explicit");
        text.append(histogram.floatCounts() ? " floats" : "").append(histogram.delta() ? " delta" : "");
        text.append(histogram.stale() ? " stale" : "").append(' ').append(histogram.reset());
        text.append(" count=").append(histogram.counts(histogram.count()));
        if (histogram.startTimestamp() != Histogram.NO_START) {
            text.append(" start=").append(histogram.startTimestamp());
        }
        text.append(histogram.hasSum() ? " sum=" + histogram.sum() : "");
        text.append(histogram.hasMin() ? " min=" + histogram.min() : "");
        text.append(histogram.hasMax() ? " max=" + histogram.max() : "");
        if (histogram.exponential()) {
            text.append(" zeros=").append(histogram.counts(histogram.zeroCount()));
            text.append(" threshold=").append(histogram.zeroThreshold());
        }
        for (int i = 0; i < histogram.bounds(); i++) {
            text.append(i == 0 ? " bounds=" : ",").append(histogram.bound(i));
        }
        buckets(text, " positive=", histogram, histogram.positive());
        buckets(text, " negative=", histogram, histogram.negative());
        return text.toString();
    }

    private static void buckets(StringBuilder text, String name, Histogram histogram, Histogram.Buckets buckets) {
        for (int i = 0; i < buckets.size(); i++) {
            text.append(i == 0 ? name : ",").append(buckets.index(i)).append(':');
            text.append(histogram.counts(buckets.count(i)));
        }
    }

    private record Lines(List<String> lines) implements ReplayHandler {
        @Override
        public void onSamples(Labels series, Samples samples) {
            for (int i = 0; i < samples.count(); i++) {
                final double value = Double.longBitsToDouble(samples.valueBits(i));
                final String bits = Double.isNaN(value) ? Long.toHexString(samples.valueBits(i)) : "" + value;
                lines.add(series + " " + samples.timestamp(i) + " " + bits);
            }
        }

        @Override
        public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
            lines.add(series + " " + timestamp + " histogram " + text(histogram));
        }

        @Override
        public void onExemplar(Labels series, Exemplar exemplar) {
            lines.add(series + " " + exemplar.timestamp() + " exemplar " + exemplar.value() + " " + exemplar.labels());
        }

        @Override
        public void onMetadata(Labels series, Metadata metadata) {
            lines.add(series + " " + metadata.timestamp() + " about " + metadata.attributes());
        }
    }
}
