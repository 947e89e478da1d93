package io.seriatim.wal;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/// Labels for property tests: all of Unicode, and many of them.
public final class AnyLabels {
    private AnyLabels() {}

    /// @return labels with 1 to `maxCount` names
    public static Arbitrary<Labels> ofMaxCount(int maxCount) {
        return Arbitraries.maps(text(1, 20), text(0, 60))
                .ofMinSize(1)
                .ofMaxSize(maxCount)
                .map(Labels::of);
    }

    private static Arbitrary<String> text(int minLength, int maxLength) {
        return Arbitraries.strings()
                .all()
                .ofMinLength(minLength)
                .ofMaxLength(maxLength)
                .filter(AnyLabels::isPaired);
    }

    private static boolean isPaired(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
