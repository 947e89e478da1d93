package io.seriatim.tools.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.Json;
import java.io.IOException;

/// A demonstration's result for machines. `REPORT.md` describes every field; a test compares the two.
final class DemoJson {
    private DemoJson() {}

    static String of(DemoResult result) {
        return Json.object(json -> {
            json.writeStringField("command", "demo");
            json.writeBooleanField("held", result.held());
            json.writeNumberField("exitCode", result.held() ? ExitCode.SOUND : ExitCode.DAMAGED);
            json.writeNumberField("seed", result.seed());
            json.writeArrayFieldStart("rounds");
            for (final RoundResult round : result.rounds()) {
                round(json, round);
            }
            json.writeEndArray();
            json.writeFieldName("counterexample");
            if (result.held()) {
                json.writeNull();
            } else {
                json.writeStartObject();
                json.writeStringField("kind", result.counterexample().kind().name());
                json.writeStringField("message", result.counterexample().getMessage());
                json.writeEndObject();
            }
            json.writeStringField(
                    "log", result.log() == null ? null : result.log().toString());
            json.writeStringField("proved", result.proved());
        });
    }

    private static void round(JsonGenerator json, RoundResult round) throws IOException {
        json.writeStartObject();
        json.writeNumberField("round", round.round());
        json.writeNumberField("seconds", round.seconds());
        json.writeNumberField("appends", round.appends());
        json.writeNumberField("appendsPerSecond", round.appendsPerSecond());
        json.writeNumberField("samplesPerSecond", round.samplesPerSecond());
        json.writeNumberField("samplesDurable", round.samplesDurable());
        json.writeNumberField("samplesReturned", round.samplesReturned());
        json.writeNumberField("samplesFound", round.samplesFound());
        json.writeNumberField("appendsBeyond", round.appendsBeyond());
        json.writeStringField("tail", round.tail().name());
        json.writeNumberField("recoverySeconds", round.recoverySeconds());
        json.writeNumberField("samplesReplayed", round.samplesReplayed());
        json.writeNumberField("replaySeconds", round.replaySeconds());
        json.writeNumberField("replayedPerSecond", round.replayedPerSecond());
        json.writeEndObject();
    }
}
