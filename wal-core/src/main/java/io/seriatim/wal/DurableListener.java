package io.seriatim.wal;

/// Told when a shard's durable position has moved. Called on the flusher's thread: return soon, never append.
@FunctionalInterface
public interface DurableListener {
    /// @param lsn everything of its shard below it survives power loss
    void onDurable(long lsn);
}
