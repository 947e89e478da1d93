package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.KillVictim.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process that appends, truncates and reads is killed at random moments, within opening, recovery and closing too,
/// and the next one goes on with what it left. [KillOracle] says what must be there then.
///
/// `-Dkill.rounds=500 -Dkill.seed=7` for another number of rounds, from another seed. A seed fixes what the rounds
/// are, not at which instruction they end.
@Tag("crash")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class SigkillTest {
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 60);
    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final int MAX_DEATHS = 8;
    private static final int PLANTED_ROUNDS = 100;

    @TempDir
    private Path directory;

    private final KillPool pool = new KillPool();

    @AfterEach
    void killAll() {
        pool.close();
    }

    @Test
    @DisplayName(
            "P1, P3, P4: what returned before SIGKILL is there, once, in order; nothing else is; nothing is alarmed")
    void shouldKeepEveryReturnedAppendWhenKilled() throws Exception {
        final Random random = new Random(SEED);
        long appends = 0;
        int round = 0;
        for (int log = 0; round < ROUNDS; log++) {
            final Path path = directory.resolve("log-" + log);
            final int deaths = Math.min(1 + random.nextInt(MAX_DEATHS), ROUNDS - round);
            appends += lives(path, round, deaths, SEED, Fault.NONE);
            round += deaths;
            if (Files.exists(path)) { // or all were killed before they had made it
                Logs.delete(path);
            }
        }
        System.out.println("SIGKILL: rounds=" + round + " appends=" + appends + " seed=" + SEED);
        assertTrue(appends > 0, "nothing was appended");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"NONE"},
            mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("the oracle sees what is planted")
    void shouldSeeAPlantedFault(Fault fault) {
        final AssertionError seen = assertThrows(AssertionError.class, () -> {
            for (int round = 0; round < PLANTED_ROUNDS; round++) {
                lives(directory.resolve("log-" + round), round, 1, round, fault);
            }
        });
        assertTrue(fault.verdict.matcher(seen.getMessage()).find(), seen::getMessage);
    }

    /// One log, from its first victim to its last.
    ///
    /// @return how many appends have returned
    private long lives(Path log, int firstRound, int deaths, long seed, Fault fault) throws Exception {
        final KillOracle oracle = new KillOracle();
        long appends = 0;
        try (KillWitness witness = new KillWitness(log)) {
            for (int round = firstRound; round < firstRound + deaths; round++) {
                final KillPlan drawn = KillPlan.of(log, round, seed);
                final KillPlan plan = fault == Fault.NONE ? drawn : drawn.running(100);
                final KillPool.Victim victim =
                        pool.take(directory, round + 1 < firstRound + deaths || fault == Fault.NONE);
                try {
                    oracle.begin(plan);
                    victim.liveAndDie(plan, seed, fault, oracle);
                    appends += oracle.appends();
                    if (fault == Fault.SEGMENT_LOST) {
                        final List<Path> segments = Logs.segments(log, 0);
                        Files.delete(segments.get(segments.size() / 2));
                    }
                    recover(plan, oracle, log);
                    witness.check();
                } catch (Exception | AssertionError failure) {
                    throw new AssertionError(
                            "seed=" + seed + " round=" + round + " plan=" + plan + "\n" + victim.said() + "\n"
                                    + failure,
                            failure);
                } finally {
                    victim.close();
                }
            }
            if (LogDirectory.read(FileStorage.INSTANCE, log) != null) {
                MappedWal.open(KillPlan.of(log, firstRound + deaths, seed).config())
                        .close();
                final KillRuns found = new KillRuns();
                oracle.judge(found, replay(log, found), log);
                oracle.judgeTail(witness.finish(), found);
            }
        } catch (AssertionError failure) {
            throw new AssertionError(
                    "seed=" + seed + " rounds from " + firstRound + ": " + failure.getMessage(), failure);
        }
        return appends;
    }

    private static ReplayReport replay(Path log, KillRuns into) {
        return MappedWal.replay(log, ReplayOptions.defaults(), into);
    }

    /// Judges what the dead process left, as it is, and in every second round after a recovery and another one.
    /// Otherwise it is the next victim that recovers.
    private static void recover(KillPlan plan, KillOracle oracle, Path log) throws Exception {
        if (LogDirectory.read(FileStorage.INSTANCE, log) == null) {
            assertEquals(0, oracle.appends(), "a log is gone");
            return;
        }
        final KillRuns left = new KillRuns();
        oracle.judge(left, replay(log, left), log);
        for (int i = 0; i < 2 && plan.round() % 2 == 0; i++) {
            MappedWal.open(plan.config()).close();
            final KillRuns recovered = new KillRuns();
            oracle.judge(recovered, replay(log, recovered), log);
            assertEquals(left.asText(), recovered.asText(), "recovery " + (i + 1) + " gave something else");
        }
    }
}
