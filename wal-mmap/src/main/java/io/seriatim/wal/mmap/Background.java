package io.seriatim.wal.mmap;

/// What the log's background does for a thread that has to wait.
interface Background {
    /// Asks for a segment. Cheap; wakes nobody who is awake.
    void wakePreparer();

    /// Asks for a force.
    void wakeFlusher();

    /// Runs a duty cycle on this thread if the log has no threads of its own.
    ///
    /// @return false if that is not this thread's business, or nothing could be done: park instead
    boolean help();

    /// @return how long a thread that waits may sleep before it should help again, in nanoseconds
    long patienceNs();

    /// @return why the shard has no segment, as far as known
    String shortage(int shard);

    /// @return the failure of the shard's last preparation, or null
    Throwable shortageCause(int shard);
}
