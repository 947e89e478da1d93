package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import java.io.IOException;

/// References and the labels they stand for: on the heap as far as there is memory for them, beyond it in a
/// temporary file. Not thread-safe.
final class LabelStore implements AutoCloseable {
    private final LabelMemory memory;
    private final RefTable table = new RefTable();
    private SpilledLabels spilled; // null until it is needed
    private long takenBytes;

    LabelStore(LabelMemory memory) {
        this.memory = memory;
    }

    /// @return the labels, or null
    Labels get(int ref) throws IOException {
        final Labels labels = table.get(ref);
        return labels != null || spilled == null ? labels : spilled.get(ref);
    }

    /// Adds labels for a reference that has none.
    void put(int ref, Labels labels) throws IOException {
        final long bytes = memory.take(labels.encodedLength());
        if (bytes >= 0) {
            takenBytes += bytes;
            table.put(ref, labels);
            return;
        }
        if (spilled == null) {
            spilled = new SpilledLabels();
        }
        spilled.put(ref, labels);
    }

    /// Forgets everything.
    void clear() throws IOException {
        table.clear();
        memory.give(takenBytes);
        takenBytes = 0;
        if (spilled != null) {
            spilled.close();
            spilled = null;
        }
    }

    @Override
    public void close() throws IOException {
        clear();
    }
}
