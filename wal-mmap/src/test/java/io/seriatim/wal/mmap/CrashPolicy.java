package io.seriatim.wal.mmap;

import java.util.Random;

/// Decides what of the unforced a power loss leaves: asked once for each unforced item, in a fixed order.
@FunctionalInterface
interface CrashPolicy {
    /// Nothing that was not forced survives.
    CrashPolicy NOTHING = (_, _) -> 0;

    /// Everything survives, as if all of it had been written back just in time.
    CrashPolicy EVERYTHING = (_, _) -> -1;

    /// @param item  a change of a directory, of a file's length, or a sector
    /// @param items how many there are
    /// @return which of a sector's 64 words of 8 bytes are the new ones, the lowest bit for the first: 0 for an
    ///         old sector, -1 for a new one. For an item that is no sector the lowest bit decides
    long survivors(int item, int items);

    /// Only one item survives.
    static CrashPolicy only(int survivor) {
        return (item, _) -> item == survivor ? -1 : 0;
    }

    /// Only one item is lost.
    static CrashPolicy allBut(int loss) {
        return (item, _) -> item == loss ? 0 : -1;
    }

    /// Each item survives or not, more or less of them.
    static CrashPolicy random(Random random) {
        final double kept = random.nextDouble();
        return (_, _) -> random.nextDouble() < kept ? -1 : 0;
    }

    /// The same, and some sectors are torn between any two of their words.
    static CrashPolicy tearing(Random random) {
        final double kept = random.nextDouble();
        return (_, _) -> switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> -1L << random.nextInt(Long.SIZE) ^ (random.nextBoolean() ? -1 : 0);
            default -> random.nextDouble() < kept ? -1 : 0;
        };
    }
}
