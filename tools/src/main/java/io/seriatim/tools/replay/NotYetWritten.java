package io.seriatim.tools.replay;

import io.seriatim.tools.store.Place;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.util.Map;
import java.util.function.BiConsumer;

/// Hands on what an interrupted replay had not written yet. Takes each shard from one thread at a time, in
/// order.
final class NotYetWritten implements ReplayHandler {
    private final ReplayHandler next;
    private final BiConsumer<Labels, Metadata> learner;
    // Per shard how much of the last record that was written has been seen again; null from then on.
    private final Place[] places = new Place[Lsn.MAX_SHARDS];
    private final int[] seen = new int[Lsn.MAX_SHARDS];

    NotYetWritten(Map<Integer, Place> found, ReplayHandler next) {
        this(found, next, (_, _) -> {});
    }

    /// @param learner shown the metadata that had been written, which what follows may not be understood without
    NotYetWritten(Map<Integer, Place> found, ReplayHandler next, BiConsumer<Labels, Metadata> learner) {
        this.next = next;
        this.learner = learner;
        for (int shard = 0; shard < places.length; shard++) {
            places[shard] = found.get(shard);
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
        } else {
            learner.accept(series, metadata);
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
        final Place place = places[shard];
        if (place == null || Lsn.position(lsn) > place.position()) {
            return true;
        }
        return Lsn.position(lsn) == place.position() && ++seen[shard] > place.parts();
    }
}
