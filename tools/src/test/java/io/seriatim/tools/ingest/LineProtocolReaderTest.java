package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.seriatim.tools.Invocation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineProtocolReaderTest {
    @TempDir
    private Path parent;

    @Test
    void shouldMakeASeriesOfEachField() {
        final Invocation ingest = Replayed.ingest(log(), """
            # a remark
            cpu,host=a,dc=eu user=1.5,system=2i,idle=3u,up=t,down=FALSE 1700000000000000000
            cpu,host=a,dc=eu user=2.5,system=3i,idle=4u,up=T,down=f 1700000001000000000

            cpu,host=b user=7
            temperature value=-21.25 1700000000000000000
            """, "--timestamp", 5);

        assertEquals(0, ingest.code(), ingest.out());
        final Map<String, List<String>> found = Replayed.values(log());
        assertEquals(
                List.of("1700000000000=1.5", "1700000001000=2.5"),
                found.get("{__name__=\"cpu_user\", dc=\"eu\", host=\"a\"}"));
        assertEquals(
                List.of("1700000000000=2.0", "1700000001000=3.0"),
                found.get("{__name__=\"cpu_system\", dc=\"eu\", host=\"a\"}"));
        assertEquals(
                List.of("1700000000000=1.0", "1700000001000=1.0"),
                found.get("{__name__=\"cpu_up\", dc=\"eu\", host=\"a\"}"));
        assertEquals(
                List.of("1700000000000=0.0", "1700000001000=0.0"),
                found.get("{__name__=\"cpu_down\", dc=\"eu\", host=\"a\"}"));
        assertEquals(List.of("5=7.0"), found.get("{__name__=\"cpu_user\", host=\"b\"}"));
        assertEquals(List.of("1700000000000=-21.25"), found.get("{__name__=\"temperature\"}"));
        assertEquals(7, found.size());
    }

    @Test
    void shouldTakeTheMeaningFromEscapedBytes() {
        Replayed.ingest(log(), """
            my\\ disk\\,s=x,the\\ path=a\\=b\\,c\\ d,w=C:\\temp free\\ space=1 1000000
            my\\ disk\\,s=x,the\\ path=a\\=b\\,c\\ d,w=C:\\temp free\\ space=2 2000000
            """);

        assertEquals(
                Map.of(
                        "{__name__=\"my disk,s=x_free space\", the path=\"a=b,c d\", w=\"C:\\\\temp\"}",
                        List.of("1=1.0", "2=2.0")),
                Replayed.values(log()));
    }

    @Test
    void shouldReadOtherPrecisions() {
        final Invocation ingest = Replayed.ingest(log(), "a value=1 1700000000\n", "--precision", "s");

        assertEquals(0, ingest.code(), ingest.out());
        assertEquals(List.of("1700000000000=1.0"), Replayed.values(log()).get("{__name__=\"a\"}"));
    }

    @Test
    void shouldNameTextFieldsThatALogCannotHold() throws Exception {
        final JsonNode report = Replayed.report(
                2, Replayed.ingest(log(), "a msg=\"x, \\\"y\\\" = z\",value=1,t=\"\" 1000000\n", "--json"));

        assertEquals(1, report.get("samples").asInt());
        assertEquals(0, report.get("rejected").asInt());
        assertEquals("text field", report.at("/leftOut/0/kind").asText());
        assertEquals(2, report.at("/leftOut/0/count").asInt());
        assertTrue(report.at("/leftOut/0/data").asBoolean());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "cpu|no fields",
                "cpu,host=a|no fields",
                ",host=a v=1|no measurement",
                "cpu,host v=1|tag without a name or value",
                "cpu,host= v=1|tag without a value",
                "cpu,=a v=1|tag without a name or value",
                "cpu,h=a,h=b v=1|label name twice: name=h",
                "cpu v|field without a name or value",
                "cpu =1|field without a name or value",
                "cpu v=|field without a value",
                "cpu v=1,|field without a name or value",
                "cpu v=x|field is neither a number, a truth value nor a text in quotes",
                "cpu v=NaN|field is neither a number, a truth value nor a text in quotes",
                "cpu v=1.5i|field is no number",
                "cpu v=1x|field is no number",
                "cpu v=\"x|a quote is missing",
                "cpu v=\"x\"y|text behind a field",
                "cpu v=1 now|timestamp is no whole number",
                "cpu v=1 1.5|timestamp is no whole number",
                "cpu v=1 1 1|text behind the timestamp",
                "cpu v=1 1|timestamp is no whole number of the log's milliseconds",
                "cpu v=1e999|a field is larger than any double",
                "cpu v=9007199254740993i|a whole number has no double that equals it",
                "cpu v=9223372036854775807i|a whole number has no double that equals it",
                "cpu v=18446744073709551615u|a whole number has no double that equals it"
            })
    void shouldRejectALineWithTheReason(String line, String reason) throws Exception {
        final String text = "first v=1 1000000\n" + line + "\nlast v=1 1000000\n";

        final JsonNode report = Replayed.report(2, Replayed.ingest(log(), text, "--json"));

        assertEquals("lineprotocol", report.at("/files/0/format").asText());
        assertEquals(2, report.get("samples").asInt());
        assertEquals(2, report.at("/rejects/0/line").asInt());
        assertTrue(Replayed.reasons(report).getFirst().startsWith(reason), report.toString());
    }

    @Test
    void shouldTakeTheOtherFieldsWhenOneCannotBeKept() throws Exception {
        final JsonNode report =
                Replayed.report(2, Replayed.ingest(log(), "a b=1,c=9007199254740993i,d=3 1000000\n", "--json"));

        assertEquals(2, report.get("samples").asInt());
        assertEquals(2, Replayed.bits(log()).size());
    }

    @Test
    void shouldCountEveryRoundedTimeWhenLinesShareIt() throws Exception {
        final JsonNode report = Replayed.report(
                0,
                Replayed.ingest(log(), "a value=1 1999999\n".repeat(5) + "a value=2 2000000\n", "--json", "--round"));
        assertEquals(5, report.get("rounded").asInt());
        assertEquals(6, report.get("samples").asInt());
    }

    @Test
    void shouldRoundWhenAsked() throws Exception {
        final JsonNode report =
                Replayed.report(0, Replayed.ingest(log(), "a value=9007199254740993i 1999999\n", "--json", "--round"));

        assertEquals(2, report.get("rounded").asInt());
        assertEquals(List.of("1=9.007199254740992E15"), Replayed.values(log()).get("{__name__=\"a\"}"));
    }

    @Test
    void shouldKeepLargeWholeNumbersThatADoubleEquals() {
        final Invocation ingest = Replayed.ingest(log(), """
            a value=9007199254740992i 1000000
            a value=9007199254740994i 2000000
            a value=-9223372036854775808i 3000000
            a value=1152921504606846976i 4000000
            """);

        assertEquals(0, ingest.code(), ingest.out());
        assertEquals(
                List.of(
                        "1=9.007199254740992E15",
                        "2=9.007199254740994E15",
                        "3=-9.223372036854776E18",
                        "4=1.152921504606847E18"),
                Replayed.values(log()).get("{__name__=\"a\"}"));
    }

    private Path log() {
        return parent.resolve("wal");
    }
}
