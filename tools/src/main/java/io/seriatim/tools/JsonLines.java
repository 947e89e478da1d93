package io.seriatim.tools;

import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.Samples;
import java.util.Base64;

/// Writes a log as lines of JSON, one for all samples of a series that were appended together. Thread-safe.
///
/// ```
/// {"labels":{"__name__":"up","job":"api"},"samples":[[1700000000000,1.5],[1700000001000,"NaN"]]}
/// {"record":{"kind":7,"base64":"AAEC"}}
/// {"labels":{...},"histogram":{"timestamp":1700000000000,"count":3,"sum":4.5,"bounds":[1.0],"positive":[[0,1],[1,2]]}}
/// {"labels":{...},"exemplar":{"timestamp":1700000000000,"value":0.25,"labels":{"trace_id":"4bf9"}}}
/// {"labels":{...},"metadata":{"timestamp":1700000000000,"attributes":{"type":"counter","unit":"s"}}}
/// {"orphan":{"epoch":"00c0ffee00c0ffee","ref":5},"samples":[[1700000000000,1.5]]}
/// {"orphan":{"epoch":"00c0ffee00c0ffee","ref":5},"detail":{"type":8,"base64":"AAEC"}}
/// ```
///
/// A line is made in a buffer of its thread and handed over whole, before the call returns: so lines are in the
/// order of the calls, also where the replay moves a series from one thread to another.
public final class JsonLines implements Export {
    /// So that every part but the last ends without padding.
    private static final int PART_BYTES = 3 * 16 * 1024;

    private final LineSink sink;
    private final ThreadLocal<Encoder> encoders = ThreadLocal.withInitial(Encoder::new);

    /// @param sink where the lines go
    public JsonLines(LineSink sink) {
        this.sink = sink;
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        final Encoder encoder = encoders.get();
        final byte[] prefix = encoder.prefixes.of(series);
        encoder.batch.clear().text().raw(prefix, prefix.length);
        samples(encoder.batch, samples);
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        final LineBatch batch = detail(series, "histogram", timestamp);
        JsonDetails.histogram(batch.text(), histogram);
        end(batch, lsn);
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        final LineBatch batch = detail(series, "exemplar", exemplar.timestamp());
        batch.text().ascii(",\"value\":").value(exemplar.valueBits());
        if (exemplar.labels() != null) {
            JsonDetails.labels(batch.text().ascii(",\"labels\":"), exemplar.labels());
        }
        end(batch, exemplar.lsn());
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        final LineBatch batch = detail(series, "metadata", metadata.timestamp());
        JsonDetails.labels(batch.text().ascii(",\"attributes\":"), metadata.attributes());
        end(batch, metadata.lsn());
    }

    private LineBatch detail(Labels series, String what, long timestamp) {
        final LineBatch batch = encoders.get().batch.clear();
        JsonDetails.labels(batch.text().ascii("{\"labels\":"), series)
                .ascii(",\"")
                .ascii(what)
                .ascii("\":{\"timestamp\":")
                .number(timestamp);
        return batch;
    }

    private void end(LineBatch batch, long lsn) {
        batch.text().ascii("}}\n");
        batch.endLine();
        sink.record(batch, lsn);
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        final LineBatch batch = encoders.get().batch.clear();
        batch.text().ascii("{\"record\":{\"kind\":").number(record.kind());
        bytes(batch, record);
    }

    @Override
    public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        final LineBatch batch = encoders.get().batch.clear();
        orphan(batch, epochId, ref).ascii("},\"detail\":{\"type\":").number(detail.kind());
        bytes(batch, detail);
    }

    private static JsonBuffer orphan(LineBatch batch, long epochId, int ref) {
        return batch.text()
                .ascii("{\"orphan\":{\"epoch\":\"")
                .hex(epochId)
                .ascii("\",\"ref\":")
                .number(ref);
    }

    private void bytes(LineBatch batch, OpaqueRecord record) {
        batch.text().ascii(",\"base64\":\"");
        for (int done = 0; done < record.length(); ) {
            final byte[] part = new byte[Math.min(PART_BYTES, record.length() - done)];
            record.copyTo(done, part, 0, part.length);
            final byte[] base64 = Base64.getEncoder().encode(part);
            batch.text().raw(base64, base64.length);
            done += part.length;
            if (batch.isLong()) {
                sink.part(batch);
                batch.clear();
            }
        }
        batch.text().ascii("\"}}\n");
        batch.endLine();
        sink.record(batch, record.lsn());
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        final LineBatch batch = encoders.get().batch.clear();
        orphan(batch, epochId, ref).ascii("},\"samples\":[");
        samples(batch, samples);
    }

    private void samples(LineBatch batch, Samples samples) {
        final JsonBuffer line = batch.text();
        final int count = samples.count();
        for (int i = 0; i < count; i++) {
            line.ascii(i == 0 ? "[" : ",[").number(samples.timestamp(i)).ascii(',');
            line.value(samples.valueBits(i)).ascii(']');
            if (batch.isLong()) {
                sink.part(batch);
                batch.clear();
            }
        }
        line.ascii("]}\n");
        batch.endLine();
        sink.record(batch, samples.lsn());
    }

    private static final class Encoder {
        final LineBatch batch = new LineBatch();
        final JsonBuffer buffer = new JsonBuffer();
        final LabelsCache<byte[]> prefixes = new LabelsCache<>(this::prefix);

        /// @return how the lines of a series begin, up to its first sample: `{"labels":{...},"samples":[`
        private byte[] prefix(Labels labels) {
            JsonDetails.labels(buffer.clear().ascii("{\"labels\":"), labels);
            return buffer.ascii(",\"samples\":[").toByteArray();
        }
    }
}
