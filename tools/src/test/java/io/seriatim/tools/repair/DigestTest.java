package io.seriatim.tools.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.seriatim.wal.Labels;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The check of a new log before it gets its name sees whatever a repair could do wrong.
class DigestTest {
    private static final Labels UP = Labels.of("__name__", "up");
    private static final Labels DOWN = Labels.of("__name__", "down");

    private static Digest digest(Consumer<Digest> content) {
        final Digest digest = new Digest(1);
        content.accept(digest);
        return digest;
    }

    private static void samples(Digest digest, Labels labels, long... timestampsAndValues) {
        final int count = timestampsAndValues.length / 2;
        final long[] timestamps = new long[count];
        final long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            timestamps[i] = timestampsAndValues[2 * i];
            values[i] = timestampsAndValues[2 * i + 1];
        }
        digest.samples(labels, timestamps, values, 0, count);
    }

    @Test
    void shouldDifferWhenAnythingIsAnother() {
        final Digest right = digest(all -> {
            samples(all, UP, 1, 10, 2, 20);
            samples(all, DOWN, 3, 30);
            all.record(0, 7, new byte[] {1, 2});
        });

        assertEquals(right, digest(all -> {
            samples(all, UP, 1, 10, 2, 20);
            samples(all, DOWN, 3, 30);
            all.record(0, 7, new byte[] {1, 2});
        }));
        assertNotEquals(right, digest(all -> {
            samples(all, UP, 1, 10, 2, 21); // a value
            samples(all, DOWN, 3, 30);
            all.record(0, 7, new byte[] {1, 2});
        }));
        assertNotEquals(right, digest(all -> {
            samples(all, UP, 1, 10, 3, 20); // a timestamp
            samples(all, DOWN, 3, 30);
            all.record(0, 7, new byte[] {1, 2});
        }));
        assertNotEquals(right, digest(all -> {
            samples(all, DOWN, 3, 30); // the order
            samples(all, UP, 1, 10, 2, 20);
            all.record(0, 7, new byte[] {1, 2});
        }));
        assertNotEquals(right, digest(all -> {
            samples(all, UP, 1, 10); // what belongs together
            samples(all, UP, 2, 20);
            samples(all, DOWN, 3, 30);
            all.record(0, 7, new byte[] {1, 2});
        }));
        assertNotEquals(right, digest(all -> {
            samples(all, UP, 1, 10, 2, 20);
            samples(all, UP, 3, 30); // labels
            all.record(0, 7, new byte[] {1, 2});
        }));
        assertNotEquals(right, digest(all -> {
            samples(all, UP, 1, 10, 2, 20);
            samples(all, DOWN, 3, 30);
            all.record(0, 7, new byte[] {1, 3}); // opaque bytes
        }));
        assertNotEquals(right, digest(all -> {
            samples(all, UP, 1, 10, 2, 20);
            samples(all, DOWN, 3, 30); // a record less
        }));
    }
}
