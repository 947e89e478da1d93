package io.seriatim.wal.mmap;

/// Makes events of Flight Recorder of what it is told. The event objects are kept and used again: then recording
/// allocates nothing either, whether or not escape analysis sees through it.
final class RecordedShard implements ShardEvents {
    private final int shard;
    private final ForceEvent force = new ForceEvent();
    private final BatchEvent batch = new BatchEvent();
    private final RollEvent roll = new RollEvent();
    private final PreparationEvent preparation = new PreparationEvent();

    RecordedShard(int shard) {
        this.shard = shard;
    }

    @Override
    public void forceBegins() {
        force.begin();
    }

    @Override
    public void forceEnds(long sequence, long position, long bytes, boolean successful) {
        force.end();
        if (force.shouldCommit()) {
            force.shard = shard;
            force.sequence = sequence;
            force.position = position;
            force.bytes = bytes;
            force.successful = successful;
            force.commit();
        }
    }

    @Override
    public void batchBegins() {
        batch.begin();
    }

    @Override
    public void batchEnds(long from, long to, long records, long ageNs, long forcingNs) {
        batch.end();
        if (batch.shouldCommit()) {
            batch.shard = shard;
            batch.from = from;
            batch.to = to;
            batch.bytes = to - from;
            batch.records = records;
            batch.age = ageNs;
            batch.forcing = forcingNs;
            batch.commit();
        }
    }

    @Override
    public void rollBegins() {
        roll.begin();
    }

    @Override
    public void rollEnds(long sequence, long position, long bytes) {
        roll.end();
        if (roll.shouldCommit()) {
            roll.shard = shard;
            roll.sequence = sequence;
            roll.position = position;
            roll.bytes = bytes;
            roll.commit();
        }
    }

    @Override
    public void preparationBegins() {
        preparation.begin();
    }

    @Override
    public void preparationEnds(long sequence, long position, long bytes, Throwable failure) {
        preparation.end();
        if (preparation.shouldCommit()) {
            preparation.shard = shard;
            preparation.sequence = sequence;
            preparation.position = position;
            preparation.bytes = bytes;
            preparation.failure = failure == null ? null : WalEvents.describe(failure);
            preparation.commit();
        }
    }
}
