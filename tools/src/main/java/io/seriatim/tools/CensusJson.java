package io.seriatim.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.tools.anatomy.ByteClass;
import io.seriatim.tools.anatomy.ByteSums;
import io.seriatim.tools.anatomy.Census;
import io.seriatim.tools.anatomy.FileEntry;
import io.seriatim.tools.anatomy.Loss;
import java.io.IOException;
import java.util.List;

/// Where the bytes of a log's directory went and what was lost, for machines.
final class CensusJson {
    private static final int MAX_FILES = 10_000;

    private CensusJson() {}

    static void census(JsonGenerator json, Census census) throws IOException {
        json.writeObjectFieldStart("bytes");
        sums(json, census.bytes());
        json.writeEndObject();
        json.writeArrayFieldStart("files");
        final List<FileEntry> files = census.files();
        for (final FileEntry file : files.subList(0, Math.min(MAX_FILES, files.size()))) {
            json.writeStartObject();
            json.writeStringField("file", file.file().toString());
            json.writeStringField("role", file.role().name());
            sums(json, file.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("filesBeyond", Math.max(0, files.size() - MAX_FILES));
    }

    private static void sums(JsonGenerator json, ByteSums sums) throws IOException {
        json.writeNumberField("total", sums.total());
        for (final ByteClass kind : ByteClass.values()) {
            json.writeNumberField(kind.label(), sums.of(kind));
        }
    }

    static void losses(JsonGenerator json, List<Loss> losses) throws IOException {
        json.writeArrayFieldStart("losses");
        for (final Loss loss : losses) {
            json.writeStartObject();
            number(json, "before", loss.before());
            number(json, "behind", loss.behind());
            number(json, "missingRecords", loss.missingRecords());
            number(json, "missingSamples", loss.missingSamples());
            json.writeStringField("witness", loss.witness().isEmpty() ? null : loss.witness());
            json.writeNumberField("series", loss.series());
            json.writeArrayFieldStart("traces");
            for (final Loss.Trace trace : loss.traces()) {
                json.writeStartObject();
                json.writeStringField("labels", trace.labels());
                json.writeNumberField("samples", trace.samples());
                number(json, "minTimestamp", trace.min());
                number(json, "maxTimestamp", trace.max());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, String name, Long number) throws IOException {
        if (number == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, number);
        }
    }
}
