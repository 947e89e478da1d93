package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelStoreTest {
    /// No memory at all, some, enough for all: nobody can tell from the answers.
    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000, Long.MAX_VALUE})
    void shouldAnswerTheSameWhateverTheMemory(long limitBytes) throws Exception {
        final Random random = new Random(5);
        final Map<Integer, Labels> expected = new HashMap<>();
        try (LabelStore store = new LabelStore(new LabelMemory(limitBytes))) {
            for (int i = 0; i < 20_000; i++) {
                final int ref = random.nextInt(3) == 0 ? random.nextInt() : i;
                final Labels labels = Labels.of("i", "" + i, "x", "x".repeat(i % 500 == 0 ? 30_000 : i % 50));
                if (expected.putIfAbsent(ref, labels) == null) {
                    store.put(ref, labels);
                }
                final int asked = random.nextBoolean() ? ref : random.nextInt(2 * i + 1);
                assertEquals(expected.get(asked), store.get(asked));
            }
            for (final Map.Entry<Integer, Labels> each : expected.entrySet()) {
                assertEquals(each.getValue(), store.get(each.getKey()));
            }
            store.clear();
            assertNull(store.get(0));
            store.put(0, Labels.of("a", "b"));
            assertEquals(Labels.of("a", "b"), store.get(0));
        }
    }

    @Test
    void shouldKeepOnTheHeapWhatThereIsMemoryFor() throws Exception {
        final LabelMemory memory = new LabelMemory(1000);
        final Labels labels = Labels.of("a", "b");
        try (LabelStore one = new LabelStore(memory);
                LabelStore two = new LabelStore(memory)) {
            int kept = 0;
            for (int ref = 0; ref < 100; ref++) {
                one.put(ref, labels);
                kept += one.get(ref) == labels ? 1 : 0;
            }
            assertTrue(kept > 5 && kept < 12, "kept=" + kept);

            two.put(1, labels);
            assertTrue(two.get(1) != labels, "the memory is shared");
            one.clear();
            two.put(2, labels);
            assertSame(labels, two.get(2), "and given back");
        }
    }
}
