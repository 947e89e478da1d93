package io.seriatim.tools.repair;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.Findings;
import io.seriatim.tools.Json;
import io.seriatim.tools.VerifyJson;
import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.InspectedLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What a repair did or would do, for people and for machines.
///
/// @param out     where the new log is or would be, or null
/// @param orphans the file with samples without labels, or null
record RepairReport(InspectedLog damaged, Path out, Path orphans, Repair.Result result, double seconds) {
    private static final int DAMAGES_SHOWN = 100;

    String text() {
        final StringBuilder text = new StringBuilder();
        kept(text);
        lost(text);
        orphaned(text);
        text.append('\n').append(conclusion()).append('\n');
        return text.toString();
    }

    private boolean isWritten() {
        return result.written() != null;
    }

    private void kept(StringBuilder text) {
        text.append(String.format(
                Locale.ROOT,
                "%s %,d samples in %,d records of %d shard%s, timestamps in %s, read in %.2f s%n",
                isWritten() ? "kept       " : "would keep ",
                result.found().samples(),
                result.found().records(),
                damaged.shards(),
                damaged.shards() == 1 ? "" : "s",
                damaged.timeUnit().name().toLowerCase(Locale.ROOT),
                seconds));
        if (result.details() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "            %,d of the records are histograms, exemplars and metadata%n",
                    result.details()));
        }
        if (result.opaque() > 0) {
            text.append(String.format(Locale.ROOT, "            %,d of the records are opaque", result.opaque()));
            text.append(
                    result.moved() == 0
                            ? "\n"
                            : String.format(
                                    Locale.ROOT,
                                    ", %,d of them in another shard than" + " before, since the log has fewer now%n",
                                    result.moved()));
        }
    }

    private List<Damage> harm() {
        return result.found().damages().stream()
                .filter(damage -> damage.verdict() != Damage.Verdict.HARMLESS)
                .toList();
    }

    private void lost(StringBuilder text) {
        final List<Damage> harm = harm();
        final long ranges = harm.size() + result.found().damagesBeyond();
        if (ranges == 0) {
            text.append("lost        nothing\n");
            return;
        }
        text.append(String.format(Locale.ROOT, "lost        %s%n", Findings.damagedRanges(ranges)));
        harm.stream()
                .limit(DAMAGES_SHOWN)
                .forEach(damage -> text.append("  ")
                        .append(Findings.line(damage, damaged.directory()))
                        .append('\n'));
        if (ranges > DAMAGES_SHOWN) {
            text.append(String.format(
                    Locale.ROOT, "  and %,d more: seriatim verify %s%n", ranges - DAMAGES_SHOWN, damaged.directory()));
        }
    }

    private void orphaned(StringBuilder text) {
        final long samples = result.found().orphans();
        if (samples == 0) {
            return;
        }
        final String where;
        if (orphans == null) {
            where = "not in the new log; --orphans FILE keeps them";
        } else {
            where = (isWritten() ? "kept in " : "would be kept in ") + orphans;
        }
        text.append(String.format(Locale.ROOT, "orphans     %,d samples whose labels are lost: %s%n", samples, where));
    }

    private String conclusion() {
        if (!isWritten()) {
            return "Nothing was written: this was a dry run. To make the new log: seriatim repair "
                    + damaged.directory() + " --out " + (out == null ? "NEW_DIRECTORY" : out) + " --write";
        }
        return String.format(
                Locale.ROOT,
                "Wrote %s: %,d samples in %,d records, %s of frames, sound; read back and compared.%n"
                        + "To put it in place, once nobody writes: mv %s %s.damaged && mv %s %s",
                out,
                result.written().samples(),
                result.written().records(),
                ByteSize.text(bytes(result.written())),
                damaged.directory(),
                damaged.directory(),
                out,
                damaged.directory());
    }

    private static long bytes(ReplayReport report) {
        return report.shards().stream().mapToLong(ReplayReport.Shard::bytes).sum();
    }

    String json() {
        final ReplayReport found = result.found();
        return Json.object(json -> {
            json.writeStringField("command", "repair");
            json.writeStringField("directory", damaged.directory().toString());
            json.writeStringField("out", out == null ? null : out.toString());
            json.writeBooleanField("written", isWritten());
            json.writeStringField("timeUnit", damaged.timeUnit().name());
            json.writeNumberField("shards", damaged.shards());
            json.writeStringField("state", found.state().name());
            json.writeNumberField("exitCode", ExitCode.of(found.state()));
            json.writeNumberField("seconds", seconds);
            json.writeNumberField("records", found.records());
            json.writeNumberField("samples", found.samples());
            json.writeNumberField("details", result.details());
            json.writeNumberField("opaqueRecords", result.opaque());
            json.writeNumberField("opaqueMoved", result.moved());
            json.writeNumberField("orphans", found.orphans());
            json.writeStringField(
                    "orphansFile", isWritten() && orphans != null && found.orphans() > 0 ? orphans.toString() : null);
            if (isWritten()) {
                json.writeNumberField("bytesWritten", bytes(result.written()));
            } else {
                json.writeNullField("bytesWritten");
            }
            VerifyJson.damages(json, found);
        });
    }
}
