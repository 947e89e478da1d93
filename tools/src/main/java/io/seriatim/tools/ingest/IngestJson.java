package io.seriatim.tools.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.tools.Json;
import java.io.IOException;
import java.util.Map;

/// A result for machines. `REPORT.md` describes every field; a test compares the two.
final class IngestJson {
    private IngestJson() {}

    static String of(IngestResult result) {
        return Json.object(json -> {
            json.writeStringField("command", "ingest");
            json.writeStringField("directory", result.directory().toString());
            json.writeBooleanField("created", result.created());
            json.writeStringField(
                    "found", result.created() ? null : result.found().name());
            json.writeStringField("timeUnit", result.unit().name());
            json.writeNumberField("exitCode", result.exitCode());
            json.writeNumberField("seconds", result.seconds());
            json.writeNumberField("bytes", result.bytes());
            json.writeNumberField("samples", result.samples());
            json.writeNumberField("samplesPerSecond", result.samples() / result.seconds());
            json.writeNumberField("series", result.series());
            json.writeBooleanField("seriesExact", result.seriesExact());
            json.writeNumberField("stamped", result.stamped());
            json.writeNumberField("rounded", result.rounded());
            json.writeBooleanField("gaveUp", result.gaveUp());
            files(json, result);
            leftOut(json, result);
            rejects(json, result);
            json.writeStringField("meaning", result.meaning());
        });
    }

    private static void files(JsonGenerator json, IngestResult result) throws IOException {
        json.writeArrayFieldStart("files");
        for (final IngestResult.FileResult file : result.files()) {
            file(json, file);
        }
        json.writeEndArray();
    }

    private static void leftOut(JsonGenerator json, IngestResult result) throws IOException {
        json.writeArrayFieldStart("leftOut");
        for (final Map.Entry<String, LeftOut.Count> left :
                result.leftOutCounts().entrySet()) {
            json.writeStartObject();
            json.writeStringField("kind", left.getKey());
            json.writeNumberField("count", left.getValue().count());
            json.writeBooleanField("data", left.getValue().isData());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void rejects(JsonGenerator json, IngestResult result) throws IOException {
        json.writeNumberField("rejected", result.rejects().count());
        json.writeNumberField("torn", result.rejects().torn());
        json.writeArrayFieldStart("rejects");
        for (final Rejects.Reject reject : result.rejects().kept()) {
            reject(json, reject);
        }
        json.writeEndArray();
        json.writeNumberField(
                "rejectsBeyond",
                result.rejects().count() - result.rejects().kept().size());
    }

    private static void file(JsonGenerator json, IngestResult.FileResult file) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", file.name());
        json.writeStringField(
                "format", file.format() == null ? null : file.format().toString());
        json.writeBooleanField("compressed", file.compressed());
        json.writeNumberField("bytes", file.bytes());
        json.writeNumberField("records", file.records());
        json.writeNumberField("samples", file.samples());
        json.writeNumberField("rejected", file.rejected());
        json.writeEndObject();
    }

    private static void reject(JsonGenerator json, Rejects.Reject reject) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", reject.file());
        numberOrNull(json, "line", reject.line(), reject.line() > 0);
        numberOrNull(json, "offset", reject.offset(), reject.line() <= 0);
        json.writeBooleanField("torn", reject.torn());
        json.writeStringField("reason", reject.reason());
        json.writeStringField("text", reject.text());
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
