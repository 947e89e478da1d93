package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import io.seriatim.tools.Invocation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionReaderTest {
    @TempDir
    private Path parent;

    @Test
    void shouldReadPrometheusText() {
        final Invocation ingest = Replayed.ingest(log(), """
            # HELP up Whether the target is up.
            # TYPE up gauge
            up 1 1700000000000
            up{job="api"} 0.30000000000000004 1700000000001

              up\t{ job = "api" , }   -0\t1700000000002 \s
            {job="api","up"} 1e-7 1700000000003
            up{job="api"}5 -1
            x:y_0{a="\\\\ \\" \\n \\q",b="",c="größe"} +Inf 0
            # a remark
            x:y_0{a="\\\\ \\" \\n \\q",b="",c="größe"} NaN:7ff0000000000002 1
            """);

        assertEquals(0, ingest.code(), ingest.out());
        assertEquals(
                Map.of(
                        "{__name__=\"up\"}",
                        List.of("1700000000000=1.0"),
                        "{__name__=\"up\", job=\"api\"}",
                        List.of(
                                "1700000000001=0.30000000000000004",
                                "1700000000002=-0.0",
                                "1700000000003=1.0E-7",
                                "-1=5.0"),
                        "{__name__=\"x:y_0\", a=\"\\\\ \\\" \\n \\\\q\", b=\"\", c=\"größe\"}",
                        List.of("0=Infinity", "1=NaN")),
                Replayed.values(log()));
        assertTrue(Replayed.bits(log()).toString().contains("1:7ff0000000000002"));
        assertTrue(ingest.out().contains("left out: 1 x help text"), ingest.out());
    }

    @Test
    void shouldReadSecondsWhenItIsOpenMetrics() {
        final Invocation ingest = Replayed.ingest(log(), """
            # TYPE a counter
            a_total 17 1700000000.001 # {trace="x"} 5 1700000000.000
            a_created 1.7e+09
            a_total 18 1700000001
            a_total 19 1.700000002e9
            {"a.b"} 1 -0.5
            # EOF
            """, "--timestamp", "1700000000000");

        assertEquals(0, ingest.code(), ingest.out());
        assertEquals(
                Map.of(
                        "{__name__=\"a_total\"}",
                        List.of("1700000000001=17.0", "1700000001000=18.0", "1700000002000=19.0"),
                        "{__name__=\"a_created\"}",
                        List.of("1700000000000=1.7E9"),
                        "{__name__=\"a.b\"}",
                        List.of("-500=1.0")),
                Replayed.values(log()));
        assertTrue(ingest.out().contains("left out: 1 x exemplar"), ingest.out());
        assertTrue(ingest.out().contains("1 sample had no timestamp"), ingest.out());
    }

    @Test
    void shouldReadOneExpositionAfterTheOther() {
        final Invocation ingest = Replayed.ingest(log(), "a 1 1.5\n# EOF\nb 2 1.5\n# EOF\n");

        assertEquals(0, ingest.code(), ingest.out());
        assertEquals(2, Replayed.bits(log()).size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1up 1 1|metric name begins with a digit",
                "=5 1|no metric name, or labels without an end",
                "up{job=\"api\" 1 1|no metric name, or labels without an end",
                "up{job=\"api} 1 1|no metric name, or labels without an end",
                "up{job=api} 1 1|label value without quotes: name=job",
                "up{job} 1 1|label without a value: name=job",
                "up{\"up\"} 1 1|label without a value: name=up",
                "up{1a=\"x\"} 1 1|label name is neither a bare name nor in quotes",
                "up{a:b=\"x\"} 1 1|label without a value: name=a",
                "up{a=\"x\" b=\"y\"} 1 1|no comma behind a label: name=a",
                "up{a=\"x\",a=\"y\"} 1 1|label name twice: name=a",
                "up{__name__=\"x\"} 1 1|label name twice: name=__name__",
                "{} 1 1|no metric name and no labels",
                "up{\"\"=\"x\"} 1 1|label name is empty: value=x",
                "up|no value",
                "up one 1|value is no number",
                "up 1_000 1|value is no number",
                "up 0x10 1|value is no number",
                "up 1e999 1|value is larger than any double",
                "up NaN:7ff0 1|value is no number",
                "up NaN:3ff0000000000000 1|value is no number",
                "up 1 now|timestamp is no number",
                "up 1 1 1|text behind the sample",
                "up 1 99999999999999999999|timestamp is",
                "up 1 1.5|timestamp is no whole number: Prometheus text counts milliseconds",
                "up 1 # {a=\"b\"} 1|text behind the sample"
            })
    void shouldRejectALineWithTheReason(String line, String reason) throws Exception {
        final String text = "first 1 1\n" + line + "\nlast 1 1\n";

        final JsonNode report = Replayed.report(2, Replayed.ingest(log(), text, "--json", "--format", "prometheus"));

        assertEquals(2, report.get("samples").asInt());
        assertEquals(1, report.get("rejected").asInt());
        assertEquals(2, report.at("/rejects/0/line").asInt());
        assertTrue(report.at("/rejects/0/offset").isNull());
        assertEquals("-", report.at("/rejects/0/file").asText());
        assertEquals(line, report.at("/rejects/0/text").asText());
        assertTrue(Replayed.reasons(report).getFirst().startsWith(reason), report.toString());
        assertEquals(2, Replayed.bits(log()).size());
    }

    @Test
    void shouldRejectBadUtf8AndLinesThatAreTooLong() throws Exception {
        final String text = "a{b=\"\u00ff\"} 1 1\nb{c=\"" + "x".repeat(70_000) + "\"} 1 1\nc{d=\""
                + "x".repeat(2_000_000) + "\"} 1 1\nd 1 1\n";

        final JsonNode report =
                Replayed.report(2, Replayed.ingest(log(), text.getBytes(StandardCharsets.ISO_8859_1), "--json"));

        final List<String> reasons = Replayed.reasons(report);
        assertEquals(3, reasons.size());
        assertTrue(reasons.get(0).startsWith("label value is not valid UTF-8"), reasons.get(0));
        assertTrue(reasons.get(1).startsWith("label"), reasons.get(1));
        assertEquals("line is longer than 1048576 bytes", reasons.get(2));
        assertEquals(Map.of("{__name__=\"d\"}", List.of("1=1.0")), Replayed.values(log()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a 1 1\nb 12", "a 1 1\nb 12 1700000000000", "a 1 1\nb"})
    void shouldCallItTornWhenTheLastLineHasNoEnd(String text) throws Exception {
        final JsonNode report = Replayed.report(1, Replayed.ingest(log(), text, "--json"));

        assertEquals(1, report.get("samples").asInt());
        assertEquals(1, report.get("torn").asInt());
        assertTrue(report.at("/rejects/0/torn").asBoolean());
    }

    @Test
    void shouldCallItTornWhenOpenMetricsHasNoEnd() throws Exception {
        final JsonNode report = Replayed.report(1, Replayed.ingest(log(), "# TYPE a unknown\na 1 1.5\n", "--json"));

        assertEquals(1, report.get("samples").asInt());
        assertEquals(1, report.get("torn").asInt());
        assertEquals("openmetrics", report.at("/files/0/format").asText());
    }

    @Test
    void shouldNotTakeALongerNameForAnExpectedOne() {
        Replayed.ingest(log(), "up 1 1\nup 2 2\nup1 3 3\nup 4 4\nup{a=\"b\"} 5 5\nup {a=\"b\"} 6 6\nup 7 7\n");

        assertEquals(
                Map.of(
                        "{__name__=\"up\"}",
                        List.of("1=1.0", "2=2.0", "4=4.0", "7=7.0"),
                        "{__name__=\"up1\"}",
                        List.of("3=3.0"),
                        "{__name__=\"up\", a=\"b\"}",
                        List.of("5=5.0", "6=6.0")),
                Replayed.values(log()));
    }

    @Test
    void shouldMakeNextToNoGarbage() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final byte[] few = scrapes(100);
        final byte[] many = scrapes(1_100);
        Replayed.ingest(parent.resolve("warm"), many);

        final long start = threads.getCurrentThreadAllocatedBytes();
        Replayed.ingest(parent.resolve("few"), few);
        final long middle = threads.getCurrentThreadAllocatedBytes();
        Replayed.ingest(parent.resolve("many"), many);
        final long end = threads.getCurrentThreadAllocatedBytes();

        final long extra = end - middle - (middle - start);
        assertTrue(extra < 200_000, "200,000 samples more made garbage: bytes=" + extra);
    }

    private static byte[] scrapes(int count) {
        final StringBuilder text = new StringBuilder();
        for (int scrape = 0; scrape < count; scrape++) {
            for (int series = 0; series < 200; series++) {
                text.append("cpu{core=\"")
                        .append(series)
                        .append("\"} ")
                        .append(scrape * 0.1)
                        .append(' ');
                text.append(1_700_000_000_000L + scrape).append('\n');
            }
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private Path log() {
        return parent.resolve("wal");
    }
}
