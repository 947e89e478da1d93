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
        try {
            force.begin();
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }

    @Override
    public void forceEnds(long sequence, long position, long bytes, boolean successful) {
        try {
            force.end();
            if (force.shouldCommit()) {
                force.shard = shard;
                force.sequence = sequence;
                force.position = position;
                force.bytes = bytes;
                force.successful = successful;
                force.commit();
            }
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }

    @Override
    public void batchBegins() {
        try {
            batch.begin();
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }

    @Override
    public void batchEnds(long from, long to, long records, long ageNs, long forcingNs) {
        try {
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
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }

    @Override
    public void rollBegins() {
        try {
            roll.begin();
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }

    @Override
    public void rollEnds(long sequence, long position, long bytes) {
        try {
            roll.end();
            if (roll.shouldCommit()) {
                roll.shard = shard;
                roll.sequence = sequence;
                roll.position = position;
                roll.bytes = bytes;
                roll.commit();
            }
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }

    @Override
    public void preparationBegins() {
        try {
            preparation.begin();
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }

    @Override
    public void preparationEnds(long sequence, long position, long bytes, Throwable failure) {
        try {
            preparation.end();
            if (preparation.shouldCommit()) {
                preparation.shard = shard;
                preparation.sequence = sequence;
                preparation.position = position;
                preparation.bytes = bytes;
                preparation.failure = failure == null ? null : WalEvents.describe(failure);
                preparation.commit();
            }
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }
}
