package io.seriatim.tools.dump;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.tools.Json;
import java.io.IOException;

/// A file taken apart, for machines. `REPORT.md` describes every field; a test compares the two.
final class DumpJson {
    private DumpJson() {}

    static String of(DumpedFile file, int exitCode) {
        final boolean segment = file.segment() != null;
        final boolean header = segment && file.segment().header() != null;
        return Json.object(json -> {
            json.writeStringField("command", "dump");
            json.writeStringField("file", file.file().toString());
            json.writeStringField("kind", file.kind());
            json.writeNumberField("bytes", file.bytes());
            json.writeNumberField("exitCode", exitCode);
            json.writeStringField(
                    "timeUnit", header ? file.segment().header().timeUnit().name() : null);
            json.writeStringField(
                    "problem",
                    segment && file.segment().problem() != null
                            ? file.segment().problem().name()
                            : null);
            json.writeStringField("detail", segment ? file.segment().detail() : "");
            json.writeBooleanField("inferred", segment && file.segment().isInferred());
            json.writeNumberField("frames", file.finder().frames());
            json.writeNumberField("gaps", file.finder().gaps());
            json.writeArrayFieldStart("parts");
            for (final Part part : file.finder().parts()) {
                part(json, file, part);
            }
            json.writeEndArray();
            json.writeNumberField("partsBeyond", file.finder().beyond());
        });
    }

    private static void part(JsonGenerator json, DumpedFile file, Part part) throws IOException {
        final byte[] bytes = file.bytes(part);
        json.writeStartObject();
        json.writeStringField("part", part.kind().name());
        json.writeNumberField("index", part.index());
        json.writeStringField("type", part.kind() == Part.Kind.FRAME ? Part.typeName(part.type()) : null);
        json.writeStringField(
                "damage", part.damage() == null ? null : part.damage().name());
        json.writeNumberField("offset", part.offset());
        if (file.position(part) < 0) {
            json.writeNullField("position");
        } else {
            json.writeNumberField("position", file.position(part));
        }
        json.writeNumberField("length", part.length());
        json.writeArrayFieldStart("fields");
        for (final Field field : file.fields(part, bytes)) {
            json.writeStartObject();
            json.writeNumberField("offset", field.offset());
            json.writeNumberField("length", field.length());
            json.writeStringField("hex", field.hex(bytes));
            json.writeStringField("field", field.name());
            json.writeStringField("meaning", field.meaning());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
