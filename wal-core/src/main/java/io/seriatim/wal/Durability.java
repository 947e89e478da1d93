package io.seriatim.wal;

/// What an append waits for before it returns.
public enum Durability {
    /// Nothing. The record survives the death of the process at once, power loss after the next force.
    ASYNC,

    /// The force that covers it, shared with everybody who appended in the meantime.
    GROUP
}
