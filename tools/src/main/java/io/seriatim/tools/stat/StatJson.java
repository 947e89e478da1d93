package io.seriatim.tools.stat;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.Json;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What is in a log, for machines. `REPORT.md` describes every field; a test compares the two.
final class StatJson {
    private StatJson() {}

    static String of(Path log, Statistics figures, double seconds) {
        return Json.object(json -> {
            final ReplayReport report = figures.report();
            json.writeStringField("command", "stat");
            json.writeStringField("directory", log.toString());
            json.writeStringField(
                    "timeUnit", figures.unit() == null ? null : figures.unit().name());
            json.writeStringField("state", report.state().name());
            json.writeNumberField("exitCode", ExitCode.of(report.state()));
            json.writeNumberField("seconds", seconds);
            overview(json, figures);
            estimate(json, "series", figures.series());
            estimate(json, "outOfOrder", figures.outOfOrder());
            json.writeArrayFieldStart("shards");
            for (final ReplayReport.Shard shard : report.shards()) {
                shard(json, figures, shard);
            }
            json.writeEndArray();
            top(json, "mostSamples", figures.bySamples());
            top(json, "mostBytes", figures.byBytes());
            estimate(json, "labelNames", figures.labelNames());
            json.writeArrayFieldStart("mostValues");
            for (final Statistics.LabelName label : figures.labels()) {
                label(json, label);
            }
            json.writeEndArray();
            json.writeNumberField("stepWidth", figures.stepWidth());
            json.writeArrayFieldStart("steps");
            for (final Statistics.Step step : figures.steps()) {
                step(json, step);
            }
            json.writeEndArray();
        });
    }

    private static void overview(JsonGenerator json, Statistics figures) throws IOException {
        final ReplayReport report = figures.report();
        final boolean timed = figures.first() <= figures.last();
        json.writeNumberField("segments", figures.segments());
        json.writeNumberField("skipped", figures.skipped());
        json.writeNumberField("epochs", figures.epochs());
        json.writeNumberField("diskBytes", figures.diskBytes());
        json.writeNumberField("bytes", figures.frameBytes());
        json.writeNumberField("seriesBytes", figures.seriesBytes());
        json.writeNumberField("details", figures.details());
        json.writeNumberField("opaqueRecords", figures.opaqueRecords());
        json.writeNumberField("opaqueBytes", figures.opaqueBytes());
        json.writeNumberField("records", report.records());
        json.writeNumberField("samples", report.samples());
        json.writeNumberField("orphans", report.orphans());
        number(json, "bytesPerSample", (double) figures.frameBytes() / report.samples());
        number(json, "samplesPerSecond", figures.samplesPerSecond());
        timestamp(json, "minTimestamp", figures.first(), timed);
        timestamp(json, "maxTimestamp", figures.last(), timed);
    }

    private static void shard(JsonGenerator json, Statistics figures, ReplayReport.Shard shard) throws IOException {
        final boolean timed = shard.minTimestamp() <= shard.maxTimestamp();
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
        number(json, "bytesPerSample", (double) shard.bytes() / shard.samples());
        number(
                json,
                "samplesPerSecond",
                figures.perSecond(shard.samples(), shard.minTimestamp(), shard.maxTimestamp()));
        timestamp(json, "minTimestamp", shard.minTimestamp(), timed);
        timestamp(json, "maxTimestamp", shard.maxTimestamp(), timed);
        json.writeEndObject();
    }

    private static void top(JsonGenerator json, String name, List<TopSeries> top) throws IOException {
        json.writeArrayFieldStart(name);
        for (final TopSeries each : top) {
            json.writeStartObject();
            labels(json, each.labels());
            json.writeBooleanField("cut", each.cut());
            estimate(json, each.amount());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void labels(JsonGenerator json, Labels labels) throws IOException {
        json.writeObjectFieldStart("labels");
        final IOException[] failed = new IOException[1];
        labels.forEach((name, value) -> {
            try {
                json.writeStringField(name, value);
            } catch (IOException failure) {
                failed[0] = failure;
            }
        });
        if (failed[0] != null) {
            throw failed[0];
        }
        json.writeEndObject();
    }

    private static void label(JsonGenerator json, Statistics.LabelName label) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", label.name());
        estimate(json, "values", label.values());
        estimate(json, "series", label.series());
        json.writeArrayFieldStart("mostSeries");
        for (final Statistics.LabelValue value : label.top()) {
            json.writeStartObject();
            json.writeStringField("value", value.value());
            estimate(json, "series", value.series());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void step(JsonGenerator json, Statistics.Step step) throws IOException {
        json.writeStartObject();
        json.writeNumberField("start", step.start());
        json.writeNumberField("samples", step.samples());
        estimate(json, "active", step.active());
        estimate(json, "appeared", step.appeared());
        if (step.ended() == null) {
            json.writeNullField("ended");
        } else {
            estimate(json, "ended", step.ended());
        }
        json.writeEndObject();
    }

    private static void estimate(JsonGenerator json, String name, Estimate estimate) throws IOException {
        json.writeObjectFieldStart(name);
        estimate(json, estimate);
        json.writeEndObject();
    }

    private static void estimate(JsonGenerator json, Estimate estimate) throws IOException {
        json.writeNumberField("estimate", estimate.value());
        json.writeNumberField("low", estimate.low());
        json.writeNumberField("high", estimate.high());
        json.writeBooleanField("exact", estimate.isExact());
    }

    private static void number(JsonGenerator json, String name, double number) throws IOException {
        if (Double.isFinite(number)) {
            json.writeNumberField(name, number);
        } else {
            json.writeNullField(name);
        }
    }

    private static void timestamp(JsonGenerator json, String name, long timestamp, boolean known) throws IOException {
        if (known) {
            json.writeNumberField(name, timestamp);
        } else {
            json.writeNullField(name);
        }
    }
}
