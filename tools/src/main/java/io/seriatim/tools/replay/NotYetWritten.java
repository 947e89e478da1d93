package io.seriatim.tools.replay;

import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;

/// Hands on what an interrupted replay had not written yet. Takes each shard from one thread at a time, in
/// order.
final class NotYetWritten implements ReplayHandler {
    private final ReplayHandler next;
    // Per shard how much of the last record that was written has been seen again; null from then on.
    private final Resume.ShardPlace[] places = new Resume.ShardPlace[Lsn.MAX_SHARDS];
    private final int[] seen = new int[Lsn.MAX_SHARDS];

    NotYetWritten(Resume resume, ReplayHandler next) {
        this.next = next;
        for (int shard = 0; shard < places.length; shard++) {
            places[shard] = resume.found(shard);
        }
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        if (isNew(samples.lsn())) {
            next.onSamples(series, samples);
        }
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        if (isNew(lsn)) {
            next.onHistogram(series, timestamp, histogram, lsn);
        }
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        if (isNew(exemplar.lsn())) {
            next.onExemplar(series, exemplar);
        }
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        if (isNew(metadata.lsn())) {
            next.onMetadata(series, metadata);
        }
    }

    @Override
    public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        if (isNew(detail.lsn())) {
            next.onOrphanDetail(epochId, ref, detail);
        }
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        if (isNew(record.lsn())) {
            next.onRecord(record);
        }
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        if (isNew(samples.lsn())) {
            next.onOrphan(epochId, ref, samples);
        }
    }

    private boolean isNew(long lsn) {
        final int shard = Lsn.shard(lsn);
        final Resume.ShardPlace place = places[shard];
        if (place == null || Lsn.position(lsn) > place.position()) {
            return true;
        }
        return Lsn.position(lsn) == place.position() && ++seen[shard] > place.parts();
    }
}
