package io.seriatim.tools.top;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.tools.Json;
import io.seriatim.wal.mmap.WalCounters;
import java.io.IOException;
import java.nio.file.Path;

/// A look at a log, for machines: one line. `REPORT.md` describes every field; a test compares the two.
final class TopJson {
    private TopJson() {}

    static String of(Path log, Moment moment) {
        return Json.line(json -> {
            json.writeStringField("command", "top");
            json.writeStringField("directory", log.toString());
            json.writeStringField("state", moment.state().name());
            json.writeStringField("problem", moment.problem());
            final WalCounters now = moment.now();
            if (now == null) {
                return;
            }
            json.writeNumberField("generation", now.generation());
            json.writeStringField("walId", now.walId().toString());
            json.writeNumberField("epoch", now.epoch());
            json.writeNumberField("pid", now.pid());
            json.writeNumberField("opened", now.opened());
            numberOrNull(json, "closed", now.closed());
            json.writeNumberField("published", now.published());
            number(json, "seconds", moment.seconds());
            json.writeNumberField("flushSeconds", now.flushNanos() / 1e9);
            json.writeNumberField("segmentBytes", now.segmentBytes());
            json.writeNumberField("diskBytes", now.diskBytes());
            numberOrNull(json, "maxBytes", now.maxBytes());
            pace(json, moment.total());
            json.writeArrayFieldStart("shards");
            for (final WalCounters.Shard shard : now.shards()) {
                shard(json, shard, moment.pace(shard.shard()));
            }
            json.writeEndArray();
        });
    }

    private static void pace(JsonGenerator json, Pace pace) throws IOException {
        number(json, "recordsPerSecond", pace.recordsPerSecond());
        number(json, "bytesPerSecond", pace.bytesPerSecond());
        number(json, "forcesPerSecond", pace.forcesPerSecond());
        number(json, "forcedBytesPerSecond", pace.forcedBytesPerSecond());
        number(json, "meanForceSeconds", pace.meanForceNanos() / 1e9);
        json.writeNumberField("lastForceSeconds", pace.lastForceNanos() / 1e9);
        json.writeNumberField("maxForceSeconds", pace.maxForceNanos() / 1e9);
        json.writeNumberField("lagBytes", pace.lagBytes());
        json.writeNumberField("openBytes", pace.openBytes());
        json.writeBooleanField("poisoned", pace.poisoned());
    }

    private static void shard(JsonGenerator json, WalCounters.Shard shard, Pace pace) throws IOException {
        json.writeStartObject();
        json.writeNumberField("shard", shard.shard());
        pace(json, pace);
        json.writeNumberField("tail", shard.tail());
        json.writeNumberField("committed", shard.committed());
        json.writeNumberField("durable", shard.durable());
        json.writeNumberField("records", shard.records());
        json.writeNumberField("series", shard.series());
        json.writeNumberField("segments", shard.segments());
        json.writeNumberField("mapped", shard.mapped());
        json.writeNumberField("spares", shard.spares());
        json.writeNumberField("rolls", shard.rolls());
        json.writeNumberField("waits", shard.waits());
        json.writeNumberField("dropped", shard.dropped());
        json.writeNumberField("failedPreparations", shard.failedPreparations());
        json.writeNumberField("stalledClaims", shard.stalledClaims());
        json.writeNumberField("forces", shard.forces());
        json.writeNumberField("forcedBytes", shard.forcedBytes());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, double number) throws IOException {
        if (Double.isFinite(number)) {
            json.writeNumberField(name, number);
        } else {
            json.writeNullField(name);
        }
    }

    private static void numberOrNull(JsonGenerator json, String name, long number) throws IOException {
        if (number != 0) {
            json.writeNumberField(name, number);
        } else {
            json.writeNullField(name);
        }
    }
}
