package io.seriatim.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A report for machines. `REPORT.md` describes every field; a test compares the two.
public final class VerifyJson {
    private VerifyJson() {}

    static String of(Verification verification) {
        final Path log = verification.log();
        final TimeUnit unit = verification.unit();
        final ReplayReport report = verification.report();
        return Json.object(json -> {
            json.writeStringField("command", "verify");
            json.writeStringField("directory", log.toString());
            json.writeStringField("timeUnit", unit == null ? null : unit.name());
            json.writeStringField("state", report.state().name());
            json.writeNumberField("exitCode", ExitCode.of(report.state()));
            json.writeNumberField("seconds", verification.seconds());
            json.writeNumberField("records", report.records());
            json.writeNumberField("samples", report.samples());
            json.writeNumberField("orphans", report.orphans());
            json.writeArrayFieldStart("shards");
            for (final ReplayReport.Shard shard : report.shards()) {
                shard(json, shard);
            }
            json.writeEndArray();
            damages(json, report);
            CensusJson.losses(json, verification.losses());
            CensusJson.census(json, verification.census());
            json.writeStringField("meaning", Findings.meaning(report, log));
        });
    }

    /// Writes the damaged ranges of a report, as fields.
    public static void damages(JsonGenerator json, ReplayReport report) throws IOException {
        json.writeArrayFieldStart("damages");
        for (final Damage damage : report.damages()) {
            damage(json, damage);
        }
        json.writeEndArray();
        json.writeNumberField("damagesBeyond", report.damagesBeyond());
    }

    private static void shard(JsonGenerator json, ReplayReport.Shard shard) throws IOException {
        json.writeStartObject();
        json.writeNumberField("shard", shard.shard());
        json.writeNumberField("segments", shard.segments());
        json.writeNumberField("skipped", shard.skipped());
        json.writeNumberField("epochs", shard.epochs());
        json.writeNumberField("bytes", shard.bytes());
        json.writeNumberField("records", shard.records());
        json.writeNumberField("samples", shard.samples());
        json.writeNumberField("orphans", shard.orphans());
        json.writeNumberField("definitions", shard.definitions());
        final boolean timed = shard.minTimestamp() <= shard.maxTimestamp();
        numberOrNull(json, "minTimestamp", shard.minTimestamp(), timed);
        numberOrNull(json, "maxTimestamp", shard.maxTimestamp(), timed);
        json.writeNumberField("durable", shard.durable());
        json.writeNumberField("end", shard.end());
        json.writeBooleanField("closed", shard.closed());
        json.writeEndObject();
    }

    private static void damage(JsonGenerator json, Damage damage) throws IOException {
        json.writeStartObject();
        json.writeStringField("verdict", damage.verdict().name());
        json.writeStringField("kind", damage.kind().name());
        json.writeNumberField("shard", damage.shard());
        json.writeStringField("file", damage.file().toString());
        json.writeNumberField("offset", damage.offset());
        json.writeNumberField("length", damage.length());
        numberOrNull(json, "position", damage.position(), damage.position() >= 0);
        json.writeNumberField("maxRecords", damage.maxRecords());
        json.writeStringField("detail", damage.detail());
        json.writeEndObject();
    }

    private static void numberOrNull(JsonGenerator json, String name, long number, boolean known) throws IOException {
        if (known) {
            json.writeNumberField(name, number);
        } else {
            json.writeNullField(name);
        }
    }
}
