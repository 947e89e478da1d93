package io.seriatim.wal.format;

/// CRC32C (Castagnoli, reflected polynomial 0x82f63b78) of three 64-bit words that are in registers.
///
/// The sample frame is 24 bytes under checksum; for so few, eight look-ups a word beat storing them to an array
/// first, and nothing needs to be leased. Same result as `java.util.zip.CRC32C` over the words' little-endian
/// bytes.
///
/// The second and third word go through sixteen tables at once: no look-up waits for the result of another, where
/// word after word would. The first word of a series is always the same, so its part can be kept.
public final class Crc32cWords {
    private static final int POLYNOMIAL = 0x82f63b78;
    private static final long UNSIGNED_INT = 0xffff_ffffL;
    private static final int[] TABLE = table();

    private Crc32cWords() {}

    /// @return the CRC32C of the 24 bytes
    public static int of(long first, long second, long third) {
        return finish(start(first), second, third);
    }

    /// @return the state after a first word, for [#finish]
    public static int start(long first) {
        return word(0, first ^ UNSIGNED_INT);
    }

    /// @param start what [#start] returned for the first word
    /// @return the CRC32C of the 24 bytes
    public static int finish(int start, long second, long third) {
        return ~(word(8 * 256, second ^ start & UNSIGNED_INT) ^ word(0, third));
    }

    private static int word(int tables, long word) {
        final int[] t = TABLE;
        final int low = (int) word;
        final int high = (int) (word >>> 32);
        return t[tables + 7 * 256 + (low & 0xff)]
                ^ t[tables + 6 * 256 + (low >>> 8 & 0xff)]
                ^ t[tables + 5 * 256 + (low >>> 16 & 0xff)]
                ^ t[tables + 4 * 256 + (low >>> 24)]
                ^ t[tables + 3 * 256 + (high & 0xff)]
                ^ t[tables + 2 * 256 + (high >>> 8 & 0xff)]
                ^ t[tables + 256 + (high >>> 16 & 0xff)]
                ^ t[tables + (high >>> 24)];
    }

    private static int[] table() {
        final int[] table = new int[16 * 256];
        for (int n = 0; n < 256; n++) {
            int crc = n;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
            }
            table[n] = crc;
        }
        for (int i = 256; i < table.length; i++) {
            table[i] = table[i - 256] >>> 8 ^ table[table[i - 256] & 0xff];
        }
        return table;
    }
}
