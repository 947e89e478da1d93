package io.seriatim.wal.mmap;

import java.util.Random;

/// Decides what of the unforced a power loss leaves: asked once for each unforced item, in a fixed order. See
/// [CrashImages] for the policies of one moment.
@FunctionalInterface
interface CrashPolicy {
    /// Nothing that was not forced survives.
    CrashPolicy NOTHING = (_, _) -> 0;

    /// Everything survives, as if all of it had been written back just in time.
    CrashPolicy EVERYTHING = (_, _) -> -1;

    /// @param item  a change of a directory, of a file's length, or a sector
    /// @param items how many there are
    /// @return which of a sector's 64 words of 8 bytes are of the chosen version, the lowest bit for the first: 0
    ///         for none, -1 for all. For an item that is no sector the lowest bit decides
    long survivors(int item, int items);

    /// @param versions how many the item has had since the last force, 1 at least
    /// @return which of them survives, from 1 for the oldest; the newest if nothing else is said
    default int version(int item, int versions) {
        return versions;
    }

    /// @return the version under the words that do not survive; 0 for what the device had before
    default int beneath(int item, int versions) {
        return 0;
    }

    /// @return true if sectors of a file that were never forced hold what a deleted file had in their blocks
    default boolean stale() {
        return false;
    }

    /// Only one item survives.
    static CrashPolicy only(int survivor) {
        return (item, _) -> item == survivor ? -1 : 0;
    }

    /// Only one item is lost.
    static CrashPolicy allBut(int loss) {
        return (item, _) -> item == loss ? 0 : -1;
    }

    /// Each item survives or not, more or less of them, each in any of its versions; some sectors are torn between
    /// any two of their words, and any two of their versions.
    static CrashPolicy random(Random random) {
        final double kept = random.nextDouble();
        final boolean tears = random.nextBoolean();
        final boolean newest = random.nextInt(3) == 0;
        final boolean stale = random.nextInt(4) == 0;
        return new CrashPolicy() {
            @Override
            public long survivors(int item, int items) {
                if (tears && random.nextInt(3) == 0) {
                    return random.nextBoolean()
                            ? random.nextLong()
                            : -1L << random.nextInt(Long.SIZE) ^ (random.nextBoolean() ? -1 : 0);
                }
                return random.nextDouble() < kept ? -1 : 0;
            }

            @Override
            public int version(int item, int versions) {
                return newest ? versions : 1 + random.nextInt(versions);
            }

            @Override
            public int beneath(int item, int versions) {
                return random.nextInt(versions + 1);
            }

            @Override
            public boolean stale() {
                return stale;
            }
        };
    }
}
