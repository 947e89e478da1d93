package io.seriatim.wal.mmap;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Which images of one moment are looked at: all of them where that is possible, else those that have broken logs
/// before, and random ones.
final class CrashImages {
    /// Up to so many items, every subset is an image.
    static final int EXHAUSTIVE_ITEMS = 12;

    private CrashImages() {}

    /// @param choices how many versions each item has: [SimulatedStorage#choices()]
    /// @param most    how many images at most
    /// @return every version of every item with every other's, if these are not too many; or every subset of the
    ///         items, each at its newest version; or none, all, and as many others
    static List<CrashPolicy> of(int[] choices, Random random, int most) {
        if (combinations(choices) <= most) {
            return everyVersion(choices);
        }
        if (choices.length <= EXHAUSTIVE_ITEMS && 1 << choices.length <= most) {
            return everySubset(choices.length);
        }
        final List<CrashPolicy> others = chosen(choices.length);
        for (int i = others.size() / 2; i >= 0; i--) {
            others.add(CrashPolicy.random(random));
        }
        Collections.shuffle(others, random);
        final List<CrashPolicy> images = new ArrayList<>();
        images.add(CrashPolicy.NOTHING);
        images.add(CrashPolicy.EVERYTHING);
        images.addAll(others);
        return images.subList(0, Math.min(most, images.size()));
    }

    private static long combinations(int[] choices) {
        long product = 1;
        for (final int versions : choices) {
            product = Math.min(product * (versions + 1), Integer.MAX_VALUE);
        }
        return product;
    }

    private static List<CrashPolicy> everyVersion(int[] choices) {
        final List<CrashPolicy> images = new ArrayList<>();
        final int[] digits = new int[choices.length];
        int digit;
        do {
            images.add(new Chosen(digits.clone()));
            digit = 0;
            while (digit < digits.length && ++digits[digit] > choices[digit]) {
                digits[digit++] = 0;
            }
        } while (digit < digits.length);
        return images;
    }

    private static List<CrashPolicy> everySubset(int items) {
        final List<CrashPolicy> images = new ArrayList<>();
        for (int subset = 0; subset < 1 << items; subset++) {
            final int members = subset;
            images.add((item, _) -> (members >>> item & 1) == 0 ? 0 : -1);
        }
        return images;
    }

    /// Each alone, all but each, every prefix and suffix, and pairs that follow one another: the header of a frame and
    /// its payload.
    private static List<CrashPolicy> chosen(int items) {
        final List<CrashPolicy> images = new ArrayList<>();
        for (int each = 0; each < items; each++) {
            final int at = each;
            images.add(CrashPolicy.only(at));
            images.add(CrashPolicy.allBut(at));
            images.add((item, _) -> item < at ? -1 : 0);
            images.add((item, _) -> item >= at ? -1 : 0);
            images.add((item, _) -> item == at || item == at + 1 ? -1 : 0);
            images.add((item, _) -> item == at || item == at + 1 ? 0 : -1);
            images.add(oldest(at, 0));
            images.add(oldest(at, -1));
        }
        return images;
    }

    /// One item as it was first, what an append begins with; of the others nothing or everything.
    private static CrashPolicy oldest(int one, long others) {
        return new CrashPolicy() {
            @Override
            public long survivors(int item, int items) {
                return item == one ? -1 : others;
            }

            @Override
            public int version(int item, int versions) {
                return item == one ? 1 : versions;
            }
        };
    }

    /// @param versions per item which one, 0 for the device's
    private record Chosen(int[] versions) implements CrashPolicy {
        @Override
        public long survivors(int item, int items) {
            return versions[item] == 0 ? 0 : -1;
        }

        @Override
        public int version(int item, int count) {
            return versions[item];
        }
    }
}
