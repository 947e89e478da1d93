package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;

/// References and what they stand for, in the segment being read and in the one before it. Holds no more than two
/// segments' definitions; a definition that is repeated from segment to segment is decoded once. Not thread-safe.
final class Dictionary {
    private RefTable current = new RefTable();
    private RefTable previous = new RefTable();
    private long epochId;

    /// Turns to the next segment.
    void segment(long epochId) {
        final RefTable spare = previous;
        spare.clear();
        if (epochId != this.epochId) {
            current.clear(); // a reference means nothing in another epoch
        }
        previous = current;
        current = spare;
        this.epochId = epochId;
    }

    /// Adds a definition.
    ///
    /// @return false if the reference stands for other labels already; then nothing has changed
    /// @throws IllegalArgumentException if these bytes are no labels
    boolean define(int ref, byte[] source, int offset, int length) {
        Labels known = current.get(ref);
        if (known == null) {
            known = previous.get(ref);
        }
        if (known != null && !known.encodedEquals(source, offset, length)) {
            return false;
        }
        current.put(ref, known != null ? known : Labels.decode(source, offset, length));
        return true;
    }

    /// @return the labels, or null if neither segment defines them
    Labels get(int ref) {
        final Labels labels = current.get(ref);
        return labels != null ? labels : previous.get(ref);
    }
}
