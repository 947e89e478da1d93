package io.seriatim.tools.diff;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.tools.Json;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A comparison for machines. `REPORT.md` describes every field; a test compares the two.
final class DiffJson {
    private DiffJson() {}

    static String of(
            DiffSide a, DiffSide b, TimeUnit unit, DiffTotals totals, List<SeriesDifference> listed, int exitCode) {
        return Json.object(json -> {
            json.writeStringField("command", "diff");
            json.writeBooleanField("equal", totals.areEqual());
            json.writeNumberField("exitCode", exitCode);
            json.writeStringField("timeUnit", unit == null ? null : unit.name());
            side(json, "a", a, totals.seriesInA());
            side(json, "b", b, totals.seriesInB());
            json.writeNumberField("seriesDifferent", totals.seriesDifferent());
            json.writeNumberField("samplesOnlyInA", totals.onlyInA());
            json.writeNumberField("samplesOnlyInB", totals.onlyInB());
            json.writeNumberField("samplesChanged", totals.changed());
            json.writeNumberField("recordsOnlyInA", totals.recordsOnlyInA());
            json.writeNumberField("recordsOnlyInB", totals.recordsOnlyInB());
            json.writeArrayFieldStart("differences");
            for (final SeriesDifference difference : listed) {
                difference(json, difference);
            }
            json.writeEndArray();
        });
    }

    private static void side(JsonGenerator json, String name, DiffSide side, long series) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("directory", side.log().toString());
        json.writeStringField("state", side.report().state().name());
        json.writeNumberField("series", series);
        json.writeNumberField("samples", side.samples());
        json.writeNumberField("orphans", side.report().orphans());
        json.writeEndObject();
    }

    private static void difference(JsonGenerator json, SeriesDifference difference) throws IOException {
        json.writeStartObject();
        json.writeStringField("series", difference.series());
        numberOrNull(json, "samplesInA", difference.inA(), difference.inA() >= 0);
        numberOrNull(json, "samplesInB", difference.inB(), difference.inB() >= 0);
        json.writeNumberField("onlyInA", difference.onlyInA());
        json.writeNumberField("onlyInB", difference.onlyInB());
        json.writeNumberField("changed", difference.changed());
        numberOrNull(json, "minTimestamp", difference.first(), difference.isTimed());
        numberOrNull(json, "maxTimestamp", difference.last(), difference.isTimed());
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
