package io.seriatim.tools.demo;

import java.nio.file.Path;
import java.util.List;

/// What a demonstration came to.
///
/// @param seed           of all that was random
/// @param rounds         those that were compared without a counterexample
/// @param counterexample what did not hold, or null
/// @param log            the log, if it was left behind, or null
record DemoResult(long seed, List<RoundResult> rounds, Counterexample counterexample, Path log) {
    DemoResult {
        rounds = List.copyOf(rounds);
    }

    boolean held() {
        return counterexample == null;
    }

    /// @return in one sentence what this shows
    String proved() {
        if (!held()) {
            return "A promise did not hold. " + counterexample.getMessage();
        }
        final long appends = rounds.stream().mapToLong(RoundResult::appends).sum();
        final long samples =
                rounds.stream().mapToLong(RoundResult::samplesReturned).sum();
        final long durable =
                rounds.stream().mapToLong(RoundResult::samplesDurable).sum();
        final long found = rounds.stream().mapToLong(RoundResult::samplesFound).sum();
        return ("Held through %s: the %,d appends that had returned (%,d samples, %,d of them acknowledged durable)"
            + " are all there, each once, bit for bit and in order; the other %,d samples found were on their way, and"
            + " there is nothing else.")
                .formatted(
                        rounds.size() == 1 ? "1 kill" : rounds.size() + " kills",
                        appends,
                        samples,
                        durable,
                        found - samples);
    }
}
