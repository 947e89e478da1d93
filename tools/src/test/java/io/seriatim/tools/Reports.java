package io.seriatim.tools;

import io.seriatim.tools.anatomy.Anatomy;
import io.seriatim.tools.anatomy.ByteSums;
import io.seriatim.tools.anatomy.Census;
import io.seriatim.tools.anatomy.Losses;
import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Reports to try writers on.
final class Reports {
    static final Path LOG = Path.of("/data/wal");

    private Reports() {}

    static ReplayReport sound(boolean closed) {
        return new ReplayReport(List.of(shard(0, closed), empty(1)), List.of(), 0, true);
    }

    static ReplayReport damaged(Damage.Verdict... verdicts) {
        final List<Damage> damages = java.util.Arrays.stream(verdicts)
                .map(verdict -> new Damage(
                        LOG.resolve("shard-000/0000000000000003.seg"),
                        0,
                        4096,
                        128,
                        verdict == Damage.Verdict.UNDETERMINED ? -1 : 70_000,
                        Damage.Kind.CHECKSUM,
                        verdict,
                        3,
                        "a later mark asserts durability up to 80000"))
                .toList();
        return new ReplayReport(List.of(shard(0, false)), damages, 0, true);
    }

    /// What `verify` makes of a report, were there no files.
    static Verification verification(ReplayReport report, TimeUnit unit) {
        return new Verification(
                LOG, unit, report, new Census(List.of(), new ByteSums()), Losses.of(report, new Anatomy()), 0.25);
    }

    private static ReplayReport.Shard shard(int shard, boolean closed) {
        return new ReplayReport.Shard(
                shard,
                3,
                0,
                2,
                190_000,
                1_200,
                5_000,
                7,
                12,
                1_700_000_000_000L,
                1_700_000_060_500L,
                180_000,
                190_080,
                closed);
    }

    private static ReplayReport.Shard empty(int shard) {
        return new ReplayReport.Shard(shard, 1, 0, 1, 0, 0, 0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE, 4096, 4096, true);
    }
}
