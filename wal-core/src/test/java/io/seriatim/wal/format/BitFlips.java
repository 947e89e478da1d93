package io.seriatim.wal.format;

import java.util.function.BiConsumer;

/// The smallest damage there is.
final class BitFlips {
    private BitFlips() {}

    /// Calls `check` with a copy in which one bit is other, and the number of that bit, for every bit.
    static void forEach(byte[] original, BiConsumer<byte[], Integer> check) {
        for (int bit = 0; bit < original.length * 8; bit++) {
            final byte[] flipped = original.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            check.accept(flipped, bit);
        }
    }
}
