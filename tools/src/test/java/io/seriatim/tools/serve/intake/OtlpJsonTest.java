package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpJsonTest {
    /// [OtlpMessages#everything()] as OTLP JSON: 64-bit integers as text and as numbers, ids in hexadecimal,
    /// fields of nobody in between.
    static final String EVERYTHING = """
        {"resourceMetrics": [{
          "resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "api"}},
            {"key": "service.namespace", "value": {"stringValue": "shop"}},
            {"key": "service.instance.id", "value": {"stringValue": "i-1"}},
            {"key": "host.name", "value": {"stringValue": "h1"}},
            {"key": "process.pid", "value": {"intValue": "42"}}],
            "droppedAttributesCount": 2},
          "schemaUrl": "https://r/1",
          "newField": {"x": [1, {"y": null}]},
          "scopeMetrics": [{
            "scope": {"name": "lib", "version": "1.2", "droppedAttributesCount": 3,
              "attributes": [{"key": "short.name", "value": {"stringValue": "l"}}]},
            "schemaUrl": "https://s/1",
            "metrics": [
              {"name": "room.temp", "unit": "Cel", "description": "how warm",
                "metadata": [{"key": "k", "value": {"stringValue": "v"}}],
                "gauge": {"dataPoints": [
                  {"attributes": ATTRIBUTES, "startTimeUnixNano": "5", "timeUnixNano": 100, "asDouble": 21.5},
                  {"attributes": ATTRIBUTES, "startTimeUnixNano": "5", "timeUnixNano": "200", "flags": 1,
                    "exemplars": null}]}},
              {"name": "io", "unit": "By/s", "sum": {"aggregationTemporality": 2, "isMonotonic": true,
                "dataPoints": [{"startTimeUnixNano": "10", "timeUnixNano": "110", "asInt": "7", "exemplars": [
                  {"timeUnixNano": "105", "asDouble": "6.5", "spanId": "01020304050607F8",
                    "traceId": "000102030405060708090a0b0c0d0e0f",
                    "filteredAttributes": [{"key": "user.id", "value": {"stringValue": "u1"}}]}]}]}},
              {"name": "latency", "unit": "ms", "histogram": {"aggregationTemporality": 1, "dataPoints": [
                {"attributes": [{"key": "path", "value": {"stringValue": "/"}}], "startTimeUnixNano": "20",
                  "timeUnixNano": "120", "count": "6", "sum": 12.5, "bucketCounts": ["1", 0, "5"],
                  "explicitBounds": [1, 2.5], "min": 0.25, "max": 9,
                  "exemplars": [{"timeUnixNano": "119", "asInt": 3}]}]}},
              {"name": "size", "exponentialHistogram": {
                "aggregationTemporality": "AGGREGATION_TEMPORALITY_CUMULATIVE", "dataPoints": [
                {"startTimeUnixNano": "30", "timeUnixNano": "130", "count": 10, "sum": -1.5, "scale": -2,
                  "zeroCount": "3", "zeroThreshold": 0.001, "min": -8, "max": 8,
                  "positive": {"offset": -3, "bucketCounts": ["1", "0", "300"]},
                  "negative": {"offset": 4, "bucketCounts": ["2"]}}]}},
              {"name": "old", "summary": {"dataPoints": [{"startTimeUnixNano": "40", "timeUnixNano": "140",
                "count": "4", "sum": 8.5, "quantileValues": [
                  {"quantile": 0.5, "value": 2}, {"quantile": 1, "value": 3}]}]}}
            ]}]}]}
        """.replace("ATTRIBUTES", """
            [{"key": "s", "value": {"stringValue": "text"}}, {"key": "b", "value": {"boolValue": true}},
            {"key": "d", "value": {"doubleValue": 0.5}}, {"key": "by", "value": {"bytesValue": "AQID"}},
            {"key": "a", "value": {"arrayValue": {"values": [{"stringValue": "x\\"y"},
              {"intValue": -1}, {}]}}},
            {"key": "m", "value": {"kvlistValue": {"values": [
              {"key": "k1", "value": {"stringValue": "v1"}}, {"key": "k2"}]}}},
            {"key": "nothing"}]\
            """);

    @TempDir
    Path directory;

    @Test
    void shouldKeepTheSameAsFromProtobuf() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Outcome outcome = log.otlpJson(EVERYTHING.getBytes(StandardCharsets.UTF_8));

        assertEquals(0, outcome.rejected(), outcome.firstRejection());
        assertEquals(OtlpTest.sorted(OtlpTest.EVERYTHING), OtlpTest.sorted(log.lines()));
    }

    @Test
    void shouldKnowNumbersThatJsonDoesNot() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        for (final String value : List.of("\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "1e400", "\"-1.5E2\"")) {
            log.otlpJson(json(
                    "{\"name\":\"g\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":1,\"asDouble\":" + value + "}]}}"));
        }

        assertEquals(
                List.of("7ff8000000000000", "Infinity", "-Infinity", "Infinity", "-150.0"),
                log.lines().stream()
                        .filter(line -> !line.contains("about"))
                        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                        .toList());
    }

    private static byte[] json(String metric) {
        final String text = "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[" + metric + "]}]}]}";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldRefuseWhatIsNoMessageAndSayWhere() {
        try (IntakeLog log = new IntakeLog(directory)) {
            final String[][] rows = {
                {"", "message is no JSON object: offset=0 field=ExportMetricsServiceRequest"},
                {"[]", "message is no JSON object: offset="},
                {"{\"resourceMetrics\":{}}", "field is no JSON array: offset="},
                {"{\"resourceMetrics\":[1]}", "field is no JSON object: offset="},
                {"{} {}", "message goes on behind its end: offset="},
                {"{\"resourceMetrics\":[{\"schemaUrl\":1}]}", "field is no JSON string: offset="},
                {"{\"resourceMetrics\":[{\"schemaUrl\":\"\\ud800\"}]}", "text has an unpaired surrogate: offset="},
            };
            for (final String[] row : rows) {
                final byte[] bytes = row[0].getBytes(StandardCharsets.UTF_8);
                final BadMessageException failure =
                        assertThrows(BadMessageException.class, () -> log.otlpJson(bytes), row[0]);
                assertTrue(failure.getMessage().startsWith(row[1]), failure.getMessage());
            }
            final String[] points = {
                "{\"timeUnixNano\":\"x\"}", "{\"timeUnixNano\":1.5}", "{\"timeUnixNano\":\"-1\"}",
                "{\"asDouble\":\"0x1p3\"}", "{\"asDouble\":true}", "{\"exemplars\":[{\"spanId\":\"0g\"}]}"
            };
            for (final String point : points) {
                final byte[] bytes = json("{\"name\":\"g\",\"gauge\":{\"dataPoints\":[" + point + "]}}");
                assertThrows(BadMessageException.class, () -> log.otlpJson(bytes), point);
            }
        }
    }

    @Test
    void shouldRefuseWhatIsNotUtf8() throws Exception {
        final String text = "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"g\u00e9\","
                + "\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":1,\"asInt\":1}]}}]}]}]}";
        try (IntakeLog log = new IntakeLog(directory)) {
            for (final Charset other :
                    List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, Charset.forName("UTF-32BE"))) {
                assertThrows(BadMessageException.class, () -> log.otlpJson(text.getBytes(other)), other.name());
            }
            assertEquals(1, log.otlpJson(text.getBytes(StandardCharsets.UTF_8)).samples());
        }
    }
}
