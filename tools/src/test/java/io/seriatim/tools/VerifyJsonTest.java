package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.wal.Damage.Verdict;
import io.seriatim.wal.ReplayReport;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VerifyJsonTest {
    @Test
    void shouldTellEverything() throws IOException {
        final JsonNode report = new ObjectMapper().readTree(json(Reports.damaged(Verdict.TORN, Verdict.LOST)));

        assertEquals("DAMAGED", report.get("state").asText());
        assertEquals(2, report.get("exitCode").asInt());
        assertEquals(5_000, report.get("samples").asLong());
        assertEquals(190_080, report.at("/shards/0/end").asLong());
        assertEquals("LOST", report.at("/damages/1/verdict").asText());
        assertEquals(70_000, report.at("/damages/1/position").asLong());
    }

    @Test
    void shouldSayNullWhereThereIsNothingToSay() throws IOException {
        final JsonNode report =
                new ObjectMapper().readTree(VerifyJson.of(Reports.verification(Reports.sound(true), null)));

        assertTrue(report.get("timeUnit").isNull());
        assertTrue(report.at("/shards/1/minTimestamp").isNull());
        assertTrue(report.at("/shards/1/maxTimestamp").isNull());
    }

    private static String json(ReplayReport report) {
        return VerifyJson.of(Reports.verification(report, TimeUnit.MILLISECONDS));
    }
}
