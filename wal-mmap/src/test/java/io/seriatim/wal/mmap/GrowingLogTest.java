package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Readers beside producers, each store of which comes before or after each word that is read ([GrowingLog]).
/// More: `-Dgrowing.logs=N`.
class GrowingLogTest {
    private static final int LOGS = Integer.getInteger("growing.logs", 1500);

    /// Writes down what it is handed.
    private static final class Lsns implements ReplayHandler {
        final List<Long> found = new ArrayList<>();

        @Override
        public void onSamples(Labels series, Samples samples) {
            found.add(samples.lsn());
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            found.add(record.lsn());
        }
    }

    /// A bug planted in a reader, where a race with a producer is settled: what is to see that somebody stores
    /// meanwhile
    /// sees nothing.
    enum Mutant {
        NO_SECOND_LOOK_AT_WHAT_LOOKS_DAMAGED("mmap.ShardScan", "isHarmlessNow"),
        NO_LOOK_PAST_THE_COPY("mmap.FrameScanner", "isFrameNow");

        private final String type;
        private final String method;

        Mutant(String type, String method) {
            this.type = type;
            this.method = method;
        }
    }

    @Test
    @DisplayName(
            "P3, P4: a replay beside producers has all that had returned before it, in order, and reports no damage")
    void shouldReportNoDamageWhenProducersStoreMeanwhile() {
        for (int seed = 0; seed < LOGS; seed++) {
            replay(seed);
        }
    }

    @Test
    @DisplayName("P1, P3: a tailer beside producers hands on each append once, in order")
    void shouldHandOnEachAppendOnceWhenProducersStoreMeanwhile() {
        for (int seed = 0; seed < LOGS; seed++) {
            tail(seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeSeenWhenABugIsPlanted(Mutant mutant) throws ReflectiveOperationException {
        final MutatedClasses classes = new MutatedClasses(mutant.type, mutant.method, new CodeTransform() {
            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                // All of it goes.
            }

            @Override
            public void atEnd(CodeBuilder builder) {
                builder.iconst_0().ireturn();
            }
        });
        final Method search = classes.loadClass(GrowingLogTest.class.getName()).getDeclaredMethod("isFound");
        search.setAccessible(true);
        assertEquals(true, search.invoke(null));
        assertTrue(classes.isApplied());
    }

    /// @return whether a replay or a tailer fails
    static boolean isFound() {
        for (int seed = 0; seed < LOGS; seed++) {
            try {
                replay(seed);
                tail(seed);
            } catch (AssertionError | DamagedLogException _) {
                return true;
            }
        }
        return false;
    }

    static void replay(long seed) {
        final GrowingLog log = new GrowingLog(seed);
        final List<Long> before = log.appended();
        final Lsns lsns = new Lsns();
        final ReplayPolicy policy = (seed & 3) == 0 ? ReplayPolicy.STRICT : ReplayPolicy.SALVAGE;
        final ReplayReport report = MappedWal.replay(
                log.storage(), GrowingLog.DIRECTORY, ReplayOptions.defaults().policy(policy), lsns);
        for (final Damage damage : report.damages()) {
            assertEquals(Damage.Verdict.HARMLESS, damage.verdict(), () -> "seed=" + seed + " " + report.damages());
        }
        assertEquals(lsns.found.stream().sorted().distinct().toList(), lsns.found, () -> "order: seed=" + seed);
        assertTrue(lsns.found.containsAll(before), () -> "lost: seed=" + seed);
        assertTrue(log.appended().containsAll(lsns.found), () -> "invented: seed=" + seed);
    }

    static void tail(long seed) {
        final GrowingLog log = new GrowingLog(seed);
        final Lsns lsns = new Lsns();
        try (WalTailer tailer = new WalTailer(log.storage(), GrowingLog.DIRECTORY, Checkpoint.of(), false, false)) {
            while (!log.isComplete()) {
                tailer.poll(lsns);
                log.step();
            }
            tailer.poll(lsns);
            assertEquals(0, tailer.skippedBytes(), () -> "seed=" + seed);
        }
        assertEquals(log.appended(), lsns.found, () -> "seed=" + seed);
    }
}
