package io.seriatim.tools.ingest;

import io.seriatim.tools.Remarks;
import io.seriatim.wal.Wal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/// One run: reads sources one after the other into a log. Not thread-safe.
final class Ingest implements AutoCloseable {
    /// Heap for each series that is remembered, with its labels and the bytes it was recognised by.
    private static final long SERIES_BYTES = 4096;

    private static final long MOST_SERIES = 1_000_000;
    private static final long LEAST_SERIES = 10_000;

    private final Appender appender;
    private final Session session;
    private final Progress progress;
    private final Format wanted;
    private final int seriesLimit;
    private final Map<Format, Reader> readers = new EnumMap<>(Format.class);
    private final List<IngestResult.FileResult> files = new ArrayList<>();
    private boolean gaveUp;

    /// @param wanted the format of all sources, or null to find out
    Ingest(Wal wal, IngestOptions options, Format wanted, Rejects rejects, Remarks remarks, long totalBytes) {
        this.seriesLimit = (int) Math.clamp(Runtime.getRuntime().maxMemory() / SERIES_BYTES, LEAST_SERIES, MOST_SERIES);
        this.appender = new Appender(wal, seriesLimit);
        this.progress = new Progress(remarks, totalBytes);
        this.session = new Session(appender, options, rejects, progress);
        this.wanted = wanted;
    }

    /// Reads all sources, or as many as there may be rejects for. What was taken is appended, but not yet durable.
    void read(List<Source> sources, InputStream stdin) throws IOException {
        try {
            for (final Source source : sources) {
                read(source, stdin);
            }
        } catch (Rejects.TooMany _) {
            gaveUp = true;
        }
        appender.commit();
    }

    private void read(Source source, InputStream stdin) throws IOException {
        final long samples = appender.samples();
        final long rejected = session.rejects().count();
        Format format = null;
        long records = 0;
        try (Input input = source.open(stdin)) {
            session.begin(source, input);
            try {
                if (source.note() != null) {
                    session.rejectAt(0, source.note());
                }
                format = Sniffer.detect(input, source, wanted);
                if (format == null) {
                    session.rejectAt(0, "no known format (--format says which)");
                } else {
                    records = unpacked(input, source, format);
                }
            } finally {
                files.add(new IngestResult.FileResult(
                        source.name(),
                        format,
                        input.compressed(),
                        input.bytes(),
                        records,
                        appender.samples() - samples,
                        session.rejects().count() - rejected));
                progress.finished(input);
            }
        }
    }

    /// What gzip cannot unpack is the input's damage, no failure of ours.
    private long unpacked(Input input, Source source, Format format) throws IOException {
        try {
            return reader(format).read(input, source);
        } catch (EOFException _) {
            session.tornAt(input.bytes(), "gzip ends before its end");
        } catch (ZipException failure) {
            session.rejectAt(input.bytes(), "gzip cannot be unpacked any further: " + failure.getMessage());
        }
        return 0;
    }

    private Reader reader(Format format) {
        return readers.computeIfAbsent(format, _ -> switch (format) {
            case OPENMETRICS -> new ExpositionReader(session, true, seriesLimit);
            case PROMETHEUS -> new ExpositionReader(session, false, seriesLimit);
            case LINE_PROTOCOL -> new LineProtocolReader(session, seriesLimit);
            case JSON_LINES -> new JsonLinesReader(session);
            case CSV -> new CsvReader(session, seriesLimit);
            case OTLP_JSON -> new OtlpJsonReader(session);
            case MYTSDB -> new MytsdbReader(session);
            case PROMETHEUS_WAL -> new PrometheusWalReader(session);
        });
    }

    Session session() {
        return session;
    }

    Appender appender() {
        return appender;
    }

    List<IngestResult.FileResult> files() {
        return files;
    }

    boolean gaveUp() {
        return gaveUp;
    }

    @Override
    public void close() {
        appender.close();
    }
}
