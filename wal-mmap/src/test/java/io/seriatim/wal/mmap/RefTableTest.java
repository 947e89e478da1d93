package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.seriatim.wal.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class RefTableTest {
    private static final int COUNT = 20_000;

    private final RefTable table = new RefTable();
    private final Map<Integer, Labels> model = new HashMap<>();

    private void shouldHoldWhatTheModelHolds(IntUnaryOperator refs) {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < COUNT; i++) {
                final int ref = refs.applyAsInt(i);
                final Labels labels = Labels.of("i", round + "-" + i);
                table.put(ref, labels);
                model.put(ref, labels);
            }
            model.forEach((ref, labels) -> assertSame(labels, table.get(ref), () -> "ref=" + ref));
            for (int i = 0; i < COUNT; i++) {
                final int other = refs.applyAsInt(i) ^ 1 << i % 31;
                assertSame(model.get(other), table.get(other), () -> "ref=" + other);
            }
            if (round == 1) {
                table.clear();
                model.keySet().forEach(ref -> assertNull(table.get(ref), () -> "ref=" + ref));
                model.clear();
            }
        }
    }

    @Test
    void shouldFindEachWhenReferencesComeInOrder() {
        shouldHoldWhatTheModelHolds(i -> i);
    }

    @Test
    void shouldFindEachWhenReferencesAreFarApart() {
        shouldHoldWhatTheModelHolds(i -> i * 64);
        shouldHoldWhatTheModelHolds(i -> i * 65_536 & Integer.MAX_VALUE);
    }

    @Test
    void shouldFindEachUpToTheLargestReference() {
        shouldHoldWhatTheModelHolds(i -> Integer.MAX_VALUE - i);
    }

    @Test
    void shouldFindEachWhenReferencesAreAnything() {
        final RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(4);
        final int[] refs = random.ints(COUNT, 0, Integer.MAX_VALUE).toArray();
        shouldHoldWhatTheModelHolds(i -> refs[i]);
    }
}
