package io.seriatim.tools.repair;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import io.seriatim.wal.Wal;

/// Appends what a replay hands over to another log, in the same order, and what was appended together again
/// together. Not thread-safe: for a replay by one thread.
final class Rebuilder implements ReplayHandler {
    private final Wal wal;
    private final int shards;
    private final ReplayHandler orphans;
    private final Digest digest;
    private final PendingRecord pending = new PendingRecord();
    private long moved;

    /// @param orphans is handed the samples without labels
    Rebuilder(Wal wal, ReplayHandler orphans) {
        this.wal = wal;
        this.shards = wal.config().shards();
        this.orphans = orphans;
        this.digest = new Digest(shards);
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        if (!pending.takes(samples)) {
            finish();
        }
        pending.add(series, samples);
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        finish();
        final int was = Lsn.shard(record.lsn());
        final int shard = was % shards; // an earlier epoch may have had more
        moved += was == shard ? 0 : 1;
        final byte[] bytes = record.toByteArray();
        wal.appendRecord(shard, record.kind(), bytes, 0, bytes.length);
        digest.record(shard, record.kind(), bytes);
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        finish();
        wal.series(series).append(timestamp, histogram);
        digest.onHistogram(series, timestamp, histogram, lsn);
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        finish();
        wal.series(series).appendExemplar(exemplar.timestamp(), exemplar.value(), exemplar.labels());
        digest.onExemplar(series, exemplar);
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        finish();
        wal.series(series).appendMetadata(metadata.timestamp(), metadata.attributes());
        digest.onMetadata(series, metadata);
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        orphans.onOrphan(epochId, ref, samples);
    }

    @Override
    public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        orphans.onOrphanDetail(epochId, ref, detail);
    }

    /// Appends what is pending; after the replay, too.
    void finish() {
        if (pending.isBatch(shards)) {
            try (Batch batch = wal.batch()) {
                for (int group = 0; group < pending.groups(); group++) {
                    add(batch, group);
                }
                batch.commit();
            }
        } else {
            for (int group = 0; group < pending.groups(); group++) {
                wal.append(pending.series(group));
            }
        }
        for (int group = 0; group < pending.groups(); group++) {
            digest.samples(
                    pending.labels(group),
                    pending.timestamps(),
                    pending.values(),
                    pending.from(group),
                    pending.to(group));
        }
        pending.clear();
    }

    private void add(Batch batch, int group) {
        final var handle = wal.series(pending.labels(group));
        for (int i = pending.from(group); i < pending.to(group); i++) {
            batch.add(handle, pending.timestamps()[i], Double.longBitsToDouble(pending.values()[i]));
        }
    }

    /// @return what was appended
    Digest digest() {
        return digest;
    }

    /// @return opaque records whose shard the new log does not have
    long moved() {
        return moved;
    }
}
