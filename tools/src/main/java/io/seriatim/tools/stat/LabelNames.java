package io.seriatim.tools.stat;

import io.seriatim.wal.Labels;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;

/// How many values each label name has. Not thread-safe.
///
/// A sketch for each name takes 4 KiB at most and is off by 3 % in 95 of 100 cases, by nothing while there are few
/// hundred values. Names beyond a bound are only counted.
final class LabelNames {
    private static final int LG_K = 12;
    private static final int MAX_NAMES = 2048;

    private final Map<String, HllSketch> values = new HashMap<>();
    private final HllSketch names = sketch();
    private boolean full;

    private static HllSketch sketch() {
        return new HllSketch(LG_K, TgtHllType.HLL_8);
    }

    /// Takes the labels of a series, the same as often as one likes.
    void add(Labels labels) {
        labels.forEach((name, value) -> {
            HllSketch one = values.get(name);
            if (one == null && values.size() < MAX_NAMES) {
                one = sketch();
                values.put(name, one);
            }
            if (one == null) {
                full = true;
                names.update(name);
            } else if (value.isEmpty()) {
                one.update(0L); // the sketch ignores empty strings
            } else {
                one.update(value);
            }
        });
    }

    /// @return how many names there are
    Estimate count() {
        if (!full) {
            return Estimate.exact(values.size());
        }
        final Estimate beyond = Estimate.of(names);
        return new Estimate(
                values.size() + beyond.value(), values.size() + beyond.low(), values.size() + beyond.high());
    }

    /// @return the names with the most values, those first
    List<String> top(int most) {
        return values.entrySet().stream()
                .sorted(Comparator.comparing(
                                (Function<Map.Entry<String, HllSketch>, Double>)
                                        each -> each.getValue().getEstimate(),
                                Comparator.reverseOrder())
                        .thenComparing(Map.Entry::getKey))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }

    /// @return how many values a name has
    Estimate values(String name) {
        return Estimate.of(values.get(name));
    }
}
