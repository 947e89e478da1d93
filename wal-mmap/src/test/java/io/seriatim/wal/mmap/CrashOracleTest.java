package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The real log over a simulated file system, killed and cut off at random moments.
class CrashOracleTest {
    /// More, or others: -Dcrash.seeds=10000 -Dcrash.firstSeed=1000.
    private static final int SEEDS = Integer.getInteger("crash.seeds", 100);

    private static final long FIRST_SEED = Long.getLong("crash.firstSeed", 0);

    private static final int MOST_SEEDS_TO_FIND_A_BUG = 20;

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

    /// Bugs of the kind that the oracle is there to find.
    enum Bug {
        A_FORCE_THAT_DOES_NOTHING(Call.FORCE_RANGE, "*.seg", Effect.SKIP),
        A_FORCE_THAT_LOSES_THE_MIDDLE_OF_ITS_RANGE(Call.FORCE_RANGE, "*.seg", Effect.SKIP_MIDDLE),
        A_DIRECTORY_THAT_IS_NEVER_SYNCED(Call.SYNC_DIRECTORY, "*", Effect.SKIP),
        A_LOG_DIRECTORY_THAT_IS_NOT_SYNCED(Call.SYNC_DIRECTORY, "wal", Effect.SKIP),
        A_RECOVERY_THAT_FORCES_NOTHING(Call.FORCE, "*.seg", Effect.SKIP),
        A_NEW_FILE_THAT_IS_NOT_FORCED(Call.FORCE, "*.tmp", Effect.SKIP);

        private final Call call;
        private final String glob;
        private final Effect effect;

        Bug(Call call, String glob, Effect effect) {
            this.call = call;
            this.glob = glob;
            this.effect = effect;
        }

        void plant(FaultyStorage storage) {
            storage.fail(call, glob).with(effect);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2, P4: the oracle finds planted bugs")
    void shouldFindAPlantedBug(Bug bug) throws InterruptedException {
        for (long seed = 0; seed < MOST_SEEDS_TO_FIND_A_BUG; seed++) {
            try {
                run(seed, bug::plant);
            } catch (AssertionError found) {
                System.out.println(
                        bug + ": " + found.getMessage().lines().findFirst().orElseThrow());
                return;
            }
        }
        fail("not found: " + bug);
    }

    private static int run(long seed, Consumer<FaultyStorage> plant) throws InterruptedException {
        try {
            return new CrashRun(seed, plant).run();
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError("seed=" + seed + " " + failure.getMessage(), failure);
        }
    }
}
