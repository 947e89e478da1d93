package io.seriatim.tools.anatomy;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts together what the log still knows of what it lost.
public final class Losses {
    private static final int MAX_SEGMENTS_READ_AGAIN = 20;

    private final Anatomy anatomy;
    private final Map<Path, DamagedBytes> readAgain = new HashMap<>();

    private Losses(Anatomy anatomy) {
        this.anatomy = anatomy;
    }

    /// @param anatomy of the same reading as the report
    /// @return one for each damaged range of the report, in its order
    public static List<Loss> of(ReplayReport report, Anatomy anatomy) {
        final Losses losses = new Losses(anatomy);
        final List<Loss> all = new ArrayList<>();
        for (final Damage damage : report.damages()) {
            all.add(losses.loss(damage));
        }
        return all;
    }

    private Loss loss(Damage damage) {
        final SegmentAnatomy segment = anatomy.read(damage.shard(), damage.file());
        return switch (damage.kind()) {
            case ORPHANED_SAMPLES -> {
                final Orphans orphans = anatomy.orphans(damage.shard());
                yield new Loss(damage, orphans.min(), orphans.max(), null, null, "", orphans.series(), List.of());
            }
            case CHECKSUM, UNCOMMITTED -> gap(damage, segment);
            case MALFORMED, UNKNOWN_TYPE, CONFLICTING_DEFINITION ->
                new Loss(damage, null, null, null, null, "", 0, List.of());
            case TRUNCATED, MISSING_SEGMENT, BAD_HEADER, FOREIGN_SEGMENT, NEWER_VERSION -> file(damage, segment);
        };
    }

    private Loss gap(Damage damage, SegmentAnatomy segment) {
        final SegmentAnatomy.Gap gap = segment == null
                ? null
                : segment.gaps().stream()
                        .filter(each -> each.offset() == damage.offset())
                        .findFirst()
                        .orElse(null);
        if (gap == null) {
            return file(damage, segment); // zeros where frames were
        }
        final Long behind = gap.behind().timestamp();
        final Long missing = gap.behind().missingRecords();
        final List<Loss.Trace> traces = traces(damage, segment);
        return missing == null || damage.verdict() == Damage.Verdict.HARMLESS
                ? counted(damage, segment, gap.before(), behind, traces)
                : new Loss(damage, gap.before(), behind, missing, null, "mark", 0, traces);
    }

    private List<Loss.Trace> traces(Damage damage, SegmentAnatomy segment) {
        final Path file = damage.file();
        if (damage.verdict() == Damage.Verdict.HARMLESS
                || !readAgain.containsKey(file) && readAgain.size() >= MAX_SEGMENTS_READ_AGAIN) {
            return List.of();
        }
        try {
            return readAgain
                    .computeIfAbsent(file, _ -> new DamagedBytes(segment.segment()))
                    .traces(damage.offset(), damage.length());
        } catch (WalException _) {
            return List.of(); // gone meanwhile: a hint less
        }
    }

    /// Damage that ends a file, or takes it whole: what is around it is in other segments, too.
    private Loss file(Damage damage, SegmentAnatomy segment) {
        Long before = segment == null ? null : segment.lastTimestamp();
        Long behind = null;
        if (damage.position() >= 0 && damage.kind() != Damage.Kind.BAD_HEADER || segment == null) {
            for (final SegmentAnatomy each : anatomy.segments(damage.shard())) {
                if (!each.isRead() || each == segment) {
                    continue;
                }
                if (each.segment().header().base() <= damage.position()) {
                    before = segment == null && each.lastTimestamp() != null ? each.lastTimestamp() : before;
                } else if (behind == null) {
                    behind = each.firstTimestamp();
                }
            }
        } else {
            before = null; // read with what the neighbours say: nothing is missing
        }
        return counted(damage, segment, before, behind, List.of());
    }

    private static Loss counted(
            Damage damage, SegmentAnatomy segment, Long before, Long behind, List<Loss.Trace> traces) {
        final boolean sealed =
                segment != null && segment.segment().seal() != null && damage.verdict() != Damage.Verdict.HARMLESS;
        if (!sealed) {
            return new Loss(damage, before, behind, null, null, "", 0, traces);
        }
        final long records = segment.segment().seal().records() - segment.records();
        final long samples = segment.segment().seal().samples() - segment.samples();
        return records < 0 || samples < 0
                ? new Loss(damage, before, behind, null, null, "", 0, traces)
                : new Loss(damage, before, behind, records, samples, "seal", 0, traces);
    }
}
