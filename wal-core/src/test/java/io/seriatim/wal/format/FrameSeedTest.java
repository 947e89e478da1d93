package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.seriatim.wal.WalConfig;
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
        assertEquals(0x2c9fa115, FrameSeed.at(seed, 0, 32));
        assertEquals(0x21c71972, FrameSeed.at(seed, (1L << 53) - 8, 1 << 24));
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
    void shouldDifferWhenOneInputBitChanges(Input input) {
        final Random random = new Random(7);
        final int rounds = 400;
        for (int bit = 0; bit < input.bits; bit++) {
            for (int i = 0; i < rounds; i++) {
                final long[] inputs = random.longs(Input.values().length).toArray();
                final int before = at(inputs);
                inputs[input.ordinal()] ^= 1L << bit;
                assertNotEquals(before, at(inputs), "same seed: input=" + input + " bit=" + bit);
            }
        }
    }

    /// The upper halves of two products are equal only if the product of the distance is near a multiple of 2^64.
    @Test
    void shouldDifferBetweenAllPlacesLessThanAGigabyteApart() {
        for (long distance = 8; distance < 1 << 30; distance += 8) {
            assertFarFromZero(FrameSeed.at(0, distance, 0), distance);
        }
    }

    @Test
    void shouldDifferBetweenAllLengths() {
        for (int difference = 1; difference <= WalConfig.MAX_FRAME_BYTES; difference++) {
            assertFarFromZero(FrameSeed.at(0, 0, difference), difference);
        }
    }

    private static void assertFarFromZero(int upperHalf, long distance) {
        if (upperHalf == 0 || upperHalf == -1) {
            fail("may collide: distance=" + distance);
        }
    }

    @Test
    void shouldFlipHalfOfTheBitsWhenTheEpochChanges() {
        final Random random = new Random(7);
        final int rounds = 10_000;
        int flipped = 0;
        for (int i = 0; i < rounds; i++) {
            final long id = random.nextLong();
            flipped += Integer.bitCount(FrameSeed.at(FrameSeed.of(1, 2, 0, id), 4096, 32)
                    ^ FrameSeed.at(FrameSeed.of(1, 2, 0, id + 1), 4096, 32));
        }
        final double mean = (double) flipped / rounds;
        assertTrue(mean > 15.5 && mean < 16.5, "bits flipped on average=" + mean);
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
