package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The real log over a simulated file system, killed and cut off at random moments. That this finds bugs is shown by
/// [CrashMutantTest].
@ExtendWith(QuietLog.class)
class CrashOracleTest {
    /// More, or others: `tools/bin/prove simulator --images 1000000 --first-seed 1000`.
    private static final long IMAGES = Long.getLong("crash.images", 20_000);

    private static final long FIRST_SEED = Long.getLong("crash.firstSeed", 0);

    private static final long PROGRESS_NS = 10_000_000_000L;

    @Test
    @DisplayName("P1: returned survives a kill. P2: durable survives power loss. P3: nothing else. P4: no false alarm")
    void shouldKeepItsPromisesWhateverTheCrash() {
        search("crashes", false, IMAGES / 2);
    }

    @Test
    @DisplayName("P1 to P5: a call that fails breaks no promise, whatever crash comes on top")
    void shouldKeepItsPromisesWhenCallsFailBeforeTheCrash() {
        search("crashes after failed calls", true, IMAGES / 2);
    }

    @Test
    @DisplayName("P1 to P5: the same of histograms, exemplars and metadata, among all else")
    void shouldKeepItsPromisesWhenDetailsAreAppended() {
        search("crashes with details", false, IMAGES / 4, CrashRun.DETAILS_FROM + FIRST_SEED);
        search("crashes with details after failed calls", true, IMAGES / 4, CrashRun.DETAILS_FROM + FIRST_SEED);
    }

    private static void search(String what, boolean mishaps, long wanted) {
        search(what, mishaps, wanted, FIRST_SEED);
    }

    private static void search(String what, boolean mishaps, long wanted, long firstSeed) {
        final long startNs = System.nanoTime();
        long saidNs = startNs;
        long images = 0;
        long seed = firstSeed;
        for (; images < wanted; seed++) {
            images += run(seed, mishaps);
            final long nowNs = System.nanoTime();
            if (nowNs - saidNs > PROGRESS_NS) {
                saidNs = nowNs;
                final double perSecond = images / ((nowNs - startNs) / 1e9);
                System.out.printf(
                        "%s: images=%d of %d, %.0f/s, %.0f s left, seed=%d%n",
                        what, images, wanted, perSecond, Math.max(0, wanted - images) / perSecond, seed);
            }
        }
        System.out.printf(
                "%s: images=%d seeds=%d..%d seconds=%.0f, nothing broken%n",
                what, images, firstSeed, seed - 1, (System.nanoTime() - startNs) / 1e9);
        assertTrue(images >= wanted, "images=" + images);
    }

    private static int run(long seed, boolean mishaps) {
        try {
            return new CrashRun(seed, mishaps, _ -> {}).run();
        } catch (AssertionError | RuntimeException | InterruptedException failure) {
            throw new AssertionError(
                    "seed=" + seed + " " + failure.getMessage() + " (again: tools/bin/prove simulator --first-seed "
                            + seed % CrashRun.DETAILS_FROM + " --images 4)",
                    failure);
        }
    }
}
