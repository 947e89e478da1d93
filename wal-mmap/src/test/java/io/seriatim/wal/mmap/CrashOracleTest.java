package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The real log over a simulated file system, killed and cut off at random moments.
class CrashOracleTest {
    /// More, or others: -Dcrash.seeds=10000 -Dcrash.firstSeed=1000.
    private static final int SEEDS = Integer.getInteger("crash.seeds", 100);

    private static final long FIRST_SEED = Long.getLong("crash.firstSeed", 0);

    @Test
    @DisplayName("P1: returned survives a kill. P2: durable survives power loss. P3: nothing else. P4: no false alarm")
    void shouldKeepItsPromisesWhateverTheCrash() throws InterruptedException {
        long images = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            images += run(seed, _ -> {});
        }
        System.out.println("crash images checked: " + images);
        assertTrue(images > 10 * SEEDS, "images=" + images);
    }

    private static int run(long seed, Consumer<FaultyStorage> plant) throws InterruptedException {
        try {
            return new CrashRun(seed, plant).run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("seed=" + seed + " " + failure.getMessage(), failure);
        }
    }
}
