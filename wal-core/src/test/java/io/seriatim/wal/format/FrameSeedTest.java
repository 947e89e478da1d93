package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameSeedTest {
    /// Computed apart from this code, after the description in `FORMAT.md`.
    @Test
    void shouldNeverChange() {
        final long seed = FrameSeed.of(0x0123456789abcdefL, 0xfedcba9876543210L, 3, 0x1122334455667788L);

        assertEquals(0x1fc9e82af966f465L, seed);
        assertEquals(0xf2520dc9, FrameSeed.at(seed, 0, 32));
        assertEquals(0x7d7a9968, FrameSeed.at(seed, (1L << 53) - 8, 1 << 24));
    }

    /// What the seed depends on.
    private enum Input {
        WAL_ID_HIGH(64),
        WAL_ID_LOW(64),
        SHARD(10),
        EPOCH_ID(64),
        POSITION(53),
        LENGTH(25);

        private final int bits;

        Input(int bits) {
            this.bits = bits;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldFlipHalfOfTheBitsWhenOneInputBitChanges(Input input) {
        final Random random = new Random(7);
        final int rounds = 400;
        for (int bit = 0; bit < input.bits; bit++) {
            int flipped = 0;
            for (int i = 0; i < rounds; i++) {
                final long[] inputs = random.longs(Input.values().length).toArray();
                final int before = at(inputs);
                inputs[input.ordinal()] ^= 1L << bit;
                final int changed = before ^ at(inputs);
                assertTrue(changed != 0, "same seed: input=" + input + " bit=" + bit);
                flipped += Integer.bitCount(changed);
            }
            final double mean = (double) flipped / rounds;
            assertTrue(mean > 15 && mean < 17, "bits flipped on average=" + mean + " input=" + input + " bit=" + bit);
        }
    }

    @Test
    void shouldHardlyCollideWhenPositionsFollowEachOther() {
        assertFewCollisions(i -> FrameSeed.at(1, 8L * i, 32));
    }

    @Test
    void shouldHardlyCollideWhenLengthsFollowEachOther() {
        assertFewCollisions(i -> FrameSeed.at(1, 4096, 8 + i));
    }

    @Test
    void shouldHardlyCollideWhenEpochsFollowEachOther() {
        assertFewCollisions(i -> FrameSeed.at(FrameSeed.of(1, 2, 0, i), 4096, 32));
    }

    private static void assertFewCollisions(ToIntFunction<Integer> seed) {
        final int count = 100_000;
        final Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < count; i++) {
            seen.add(seed.applyAsInt(i));
        }
        // 1.2 are expected of a random function; eleven or more once in 10^7.
        assertTrue(count - seen.size() <= 10, () -> "collisions=" + (count - seen.size()));
    }

    private static int at(long[] inputs) {
        final long seed = FrameSeed.of(
                inputs[Input.WAL_ID_HIGH.ordinal()],
                inputs[Input.WAL_ID_LOW.ordinal()],
                (int) (inputs[Input.SHARD.ordinal()] & 0x3ff),
                inputs[Input.EPOCH_ID.ordinal()]);
        final long position = inputs[Input.POSITION.ordinal()] & (1L << 53) - 1;
        final int length = (int) (inputs[Input.LENGTH.ordinal()] & (1 << 25) - 1);
        return FrameSeed.at(seed, position, length);
    }
}
