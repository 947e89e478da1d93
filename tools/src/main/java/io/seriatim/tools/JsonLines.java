package io.seriatim.tools;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.util.Base64;

/// Writes a log as lines of JSON, one for all samples of a series that were appended together. Thread-safe.
///
/// ```
/// {"labels":{"__name__":"up","job":"api"},"samples":[[1700000000000,1.5],[1700000001000,"NaN"]]}
/// {"record":{"kind":7,"base64":"AAEC"}}
/// {"orphan":{"epoch":"00c0ffee00c0ffee","ref":5},"samples":[[1700000000000,1.5]]}
/// ```
///
/// A line is made in a buffer of its thread and handed over whole, before the call returns: so lines are in the order
/// of the calls, also where the replay moves a series from one thread to another.
final class JsonLines implements ReplayHandler {
    private final LineSink sink;
    private final ThreadLocal<Encoder> encoders = ThreadLocal.withInitial(Encoder::new);

    JsonLines(LineSink sink) {
        this.sink = sink;
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        final Encoder encoder = encoders.get();
        final byte[] prefix = encoder.prefixes.prefix(series);
        sink.line(samples(encoder.line.clear().raw(prefix, prefix.length), samples));
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        final byte[] base64 = Base64.getEncoder().encode(record.toByteArray());
        sink.line(encoders.get()
                .line
                .clear()
                .ascii("{\"record\":{\"kind\":")
                .number(record.kind())
                .ascii(",\"base64\":\"")
                .raw(base64, base64.length)
                .ascii("\"}}\n"));
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        final JsonBuffer line = encoders.get()
                .line
                .clear()
                .ascii("{\"orphan\":{\"epoch\":\"")
                .hex(epochId)
                .ascii("\",\"ref\":")
                .number(ref)
                .ascii("},\"samples\":[");
        sink.line(samples(line, samples));
    }

    private static JsonBuffer samples(JsonBuffer line, Samples samples) {
        final int count = samples.count();
        for (int i = 0; i < count; i++) {
            line.ascii(i == 0 ? "[" : ",[").number(samples.timestamp(i)).ascii(',');
            line.value(samples.valueBits(i)).ascii(']');
        }
        return line.ascii("]}\n");
    }

    private static final class Encoder {
        final JsonBuffer line = new JsonBuffer();
        final LabelsCache prefixes = new LabelsCache();
    }
}
