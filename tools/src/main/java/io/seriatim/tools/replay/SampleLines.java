package io.seriatim.tools.replay;

import io.seriatim.tools.Export;
import io.seriatim.tools.JsonBuffer;
import io.seriatim.tools.LabelsCache;
import io.seriatim.tools.LineBatch;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.Samples;

/// A format with a line for each sample, in the order of the log. Thread-safe.
abstract class SampleLines implements Export {
    private static final Prefix UNNAMED = new Prefix(new byte[0], Reason.UNNAMED);
    private static final Prefix UNSAYABLE = new Prefix(new byte[0], Reason.NAMES);

    private final LineSink sink;
    private final Unsaid unsaid;
    private final ThreadLocal<Encoder> encoders = ThreadLocal.withInitial(Encoder::new);

    /// How the lines of a series begin.
    ///
    /// @param bytes as they are written
    /// @param flaw  what is not quite right about all its samples, or null
    record Prefix(byte[] bytes, Reason flaw) {
        boolean isSayable() {
            return bytes.length > 0;
        }
    }

    SampleLines(LineSink sink, Unsaid unsaid) {
        this.sink = sink;
        this.unsaid = unsaid;
    }

    /// Writes how the lines of a series begin.
    ///
    /// @return [#sayable], [#unnamed()] or [#unsayable()]
    abstract Prefix prefix(JsonBuffer buffer, Labels series);

    /// Writes a line, its line feed too.
    ///
    /// @return null, or why there is nothing more in the line than before
    abstract Reason sample(JsonBuffer line, byte[] prefix, long timestamp, long valueBits);

    static Prefix sayable(JsonBuffer buffer, Reason flaw) {
        return new Prefix(buffer.toByteArray(), flaw);
    }

    static Prefix unnamed() {
        return UNNAMED;
    }

    static Prefix unsayable() {
        return UNSAYABLE;
    }

    final Unsaid unsaid() {
        return unsaid;
    }

    final LineSink sink() {
        return sink;
    }

    @Override
    public final void onSamples(Labels series, Samples samples) {
        final Encoder encoder = encoders.get();
        final Prefix prefix = encoder.prefixes.of(series);
        final LineBatch batch = encoder.batch.clear();
        final int count = samples.count();
        if (count == 0) {
            unsaid.add(Reason.EMPTY_SERIES, 1);
        } else if (prefix.flaw() != null) {
            unsaid.add(prefix.flaw(), count);
        }
        for (int i = 0; i < count && prefix.isSayable(); i++) {
            final Reason reason = sample(batch.text(), prefix.bytes(), samples.timestamp(i), samples.valueBits(i));
            if (reason == null) {
                batch.endLine();
            } else {
                unsaid.add(reason, 1);
            }
            if (batch.isLong()) {
                sink.part(batch);
                batch.clear();
            }
        }
        sink.record(batch, samples.lsn());
    }

    @Override
    public final void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        detail(lsn);
    }

    @Override
    public final void onExemplar(Labels series, Exemplar exemplar) {
        detail(exemplar.lsn());
    }

    @Override
    public final void onMetadata(Labels series, Metadata metadata) {
        detail(metadata.lsn());
    }

    @Override
    public final void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        detail(detail.lsn());
    }

    private void detail(long lsn) {
        unsaid.add(Reason.DETAILS, 1);
        sink.record(LineBatch.NOTHING, lsn);
    }

    @Override
    public final void onRecord(OpaqueRecord record) {
        unsaid.add(Reason.OPAQUE_RECORDS, 1);
        sink.record(LineBatch.NOTHING, record.lsn());
    }

    @Override
    public final void onOrphan(long epochId, int ref, Samples samples) {
        unsaid.add(Reason.ORPHANS, samples.count());
        sink.record(LineBatch.NOTHING, samples.lsn());
    }

    private final class Encoder {
        final LineBatch batch = new LineBatch();
        final JsonBuffer buffer = new JsonBuffer();
        final LabelsCache<Prefix> prefixes = new LabelsCache<>(labels -> prefix(buffer.clear(), labels));
    }
}
