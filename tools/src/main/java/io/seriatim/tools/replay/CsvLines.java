package io.seriatim.tools.replay;

import io.seriatim.tools.JsonBuffer;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Labels;

/// Comma-separated values as RFC 4180 has them, but for line feeds alone: series, timestamp, value.
/// Thread-safe.
///
/// ```
/// series,timestamp,value
/// "up{job=""api""}",1700000000000,1.5
/// ```
///
/// A series is written as Prometheus writes it, a timestamp in the log's own unit. Not finite are `NaN`, `+Inf`
/// and `-Inf`: what spreadsheets, Pandas and databases take for numbers, and so without the payload of a NaN.
final class CsvLines extends SampleLines {
    private static final String HEADER = "series,timestamp,value\n";

    CsvLines(LineSink sink, Unsaid unsaid) {
        super(sink, unsaid);
    }

    @Override
    public void begin() {
        sink().aside(HEADER);
    }

    @Override
    Prefix prefix(JsonBuffer buffer, Labels series) {
        final String plain = Exposition.series(new JsonBuffer(), series).toString();
        return sayable(buffer.ascii('"').utf8(plain.replace("\"", "\"\"")).ascii("\","), null);
    }

    @Override
    Reason sample(JsonBuffer line, byte[] prefix, long timestamp, long valueBits) {
        line.raw(prefix, prefix.length).number(timestamp).ascii(',');
        if (Exposition.value(line, valueBits)) {
            unsaid().add(Reason.NAN_PAYLOADS, 1);
        }
        line.ascii('\n');
        return null;
    }
}
