package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import java.io.IOException;

/// References and what they stand for, in the segment being read and in the one before it. Holds no more than two
/// segments' definitions; a definition that is repeated from segment to segment is decoded once. Not thread-safe.
final class Dictionary {
    private LabelStore current;
    private LabelStore previous;
    private long epochId;

    /// @param memory for the labels; those beyond it go to a temporary file
    Dictionary(LabelMemory memory) {
        this.current = new LabelStore(memory);
        this.previous = new LabelStore(memory);
    }

    /// Turns to the next segment.
    void segment(long epochId) throws IOException {
        final LabelStore spare = previous;
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
    boolean define(int ref, byte[] source, int offset, int length) throws IOException {
        final Labels here = current.get(ref);
        if (here != null) {
            return here.encodedEquals(source, offset, length);
        }
        final Labels before = previous.get(ref);
        if (before != null && !before.encodedEquals(source, offset, length)) {
            return false;
        }
        current.put(ref, before != null ? before : Labels.decode(source, offset, length));
        return true;
    }

    /// @return the labels, or null if neither segment defines them
    Labels get(int ref) throws IOException {
        final Labels labels = current.get(ref);
        return labels != null ? labels : previous.get(ref);
    }

    /// Forgets everything.
    void clear() throws IOException {
        current.clear();
        previous.clear();
    }
}
