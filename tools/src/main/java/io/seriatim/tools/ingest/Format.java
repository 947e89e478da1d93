package io.seriatim.tools.ingest;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// What can be read.
enum Format {
    /// OpenMetrics: timestamps in seconds.
    OPENMETRICS("openmetrics"),
    /// The older text format: timestamps in milliseconds.
    PROMETHEUS("prometheus"),
    LINE_PROTOCOL("lineprotocol"),
    /// What `replay` writes.
    JSON_LINES("jsonl"),
    /// What `replay --to csv` writes.
    CSV("csv"),
    /// Messages of OpenTelemetry, as JSON.
    OTLP_JSON("otlpjson"),
    /// Logs of the ancestor, `wal_NNNNNN.log`.
    MYTSDB("mytsdb"),
    /// Segments of Prometheus' own log.
    PROMETHEUS_WAL("prometheus-wal");

    private final String label;

    Format(String label) {
        this.label = label;
    }

    boolean isText() {
        return this != MYTSDB && this != PROMETHEUS_WAL;
    }

    /// @return the name to write on a command line
    @Override
    public String toString() {
        return label;
    }

    /// Reads the name that [#toString] writes.
    static final class Converter implements ITypeConverter<Format> {
        @Override
        public Format convert(String text) {
            final String wanted = text.toLowerCase(Locale.ROOT);
            for (final Format format : values()) {
                if (format.label.equals(wanted)) {
                    return format;
                }
            }
            throw new TypeConversionException("'" + text + "' is no format (one of "
                    + Arrays.stream(values()).map(Format::toString).collect(Collectors.joining(", ")) + ")");
        }
    }
}
