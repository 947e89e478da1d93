package io.seriatim.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final LineSink sink = new LineSink(new Output(out), Long.MAX_VALUE);
    private final JsonLines lines = new JsonLines(sink);

    @Test
    void shouldWriteOneLineForSamplesAppendedTogether() {
        lines.onSamples(
                Labels.of("job", "api", "__name__", "up"),
                new TestSamples(8, new long[] {1_700_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE}, new long[] {
                    Double.doubleToRawLongBits(1.5), 0x7ff0000000000002L, Double.doubleToRawLongBits(-0.0)
                }));

        assertEquals("""
            {"labels":{"__name__":"up","job":"api"},"samples":[[1700000000000,1.5],\
            [-9223372036854775808,"NaN:7ff0000000000002"],[9223372036854775807,-0.0]]}
            """, text());
    }

    @Test
    void shouldWriteASeriesWithoutSamples() {
        lines.onSamples(Labels.of("a", ""), new TestSamples(8, new long[0], new long[0]));

        assertEquals("{\"labels\":{\"a\":\"\"},\"samples\":[]}\n", text());
    }

    @Test
    void shouldKeepTheOrderAndTheBytesOfLabels() throws Exception {
        final Labels labels = Labels.of("z", "1", "Ω", "ωμέγα", "quote\"", "back\\slash\n", "😀", "\u2028\u0001");

        lines.onSamples(labels, TestSamples.of(8, 1, 0));

        assertEquals(
                "{\"labels\":{\"quote\\\"\":\"back\\\\slash\\n\",\"z\":\"1\",\"Ω\":\"ωμέγα\",\"😀\":\"\u2028\\u0001\"},"
                        + "\"samples\":[[1,0.0]]}\n",
                text());
        final JsonNode read = new ObjectMapper().readTree(text()).get("labels");
        final Map<String, String> map = new HashMap<>();
        read.properties()
                .forEach(label -> map.put(label.getKey(), label.getValue().asText()));
        assertEquals(labels, Labels.of(map));
    }

    @Test
    void shouldWriteOpaqueRecordsAndOrphansAsLinesOfTheirOwn() {
        lines.onRecord(new TestRecord(7, new byte[] {0, 1, 2, -1}));
        lines.onOrphan(0xC0FFEE00C0FFEEL, 5, TestSamples.of(8, 1, Double.doubleToRawLongBits(2)));
        lines.onRecord(new TestRecord(-1, new byte[0]));

        assertEquals("""
            {"record":{"kind":7,"base64":"AAEC/w=="}}
            {"orphan":{"epoch":"00c0ffee00c0ffee","ref":5},"samples":[[1,2.0]]}
            {"record":{"kind":-1,"base64":""}}
            """, text());
    }

    @Test
    void shouldTellSeriesApartThatShareAPlaceInTheCache() {
        final StringBuilder expected = new StringBuilder();
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < 20_000; i++) {
                lines.onSamples(Labels.of("n", "" + i), TestSamples.of(8, i, 0));
                expected.append("{\"labels\":{\"n\":\"")
                        .append(i)
                        .append("\"},\"samples\":[[")
                        .append(i)
                        .append(",0.0]]}\n");
            }
        }

        assertEquals(expected.toString(), text());
    }

    @Test
    void shouldWriteLinesLongerThanItsBuffers() {
        final int count = 100_000;
        lines.onSamples(Labels.of("n", "x".repeat(30_000)), new TestSamples(8, new long[count], new long[count]));
        lines.onSamples(Labels.of("n", "y"), TestSamples.of(8, 1, 0));

        final String[] written = text().split("\n");

        assertEquals(2, written.length);
        assertEquals(count, written[0].split("\\[0,0\\.0\\]", -1).length - 1);
        assertEquals("{\"labels\":{\"n\":\"y\"},\"samples\":[[1,0.0]]}", written[1]);
    }

    @Test
    void shouldWriteLongRecordsWhole() throws Exception {
        final byte[] bytes = new byte[1_000_001];
        new Random(3).nextBytes(bytes);

        lines.onRecord(new TestRecord(7, bytes));

        final JsonNode record = new ObjectMapper().readTree(text()).get("record");
        assertArrayEquals(bytes, Base64.getDecoder().decode(record.get("base64").asText()));
    }

    @Test
    void shouldStopAtTheLimit() {
        final LineSink two = new LineSink(new Output(out), 2);
        final JsonLines limited = new JsonLines(two);
        limited.onSamples(Labels.of("n", "1"), TestSamples.of(8, 1, 0));

        assertThrows(LineSink.Enough.class, () -> limited.onSamples(Labels.of("n", "2"), TestSamples.of(8, 1, 0)));
        assertThrows(LineSink.Enough.class, () -> limited.onSamples(Labels.of("n", "3"), TestSamples.of(8, 1, 0)));

        two.flush();
        assertEquals(2, out.toString(UTF_8).lines().count());
    }

    @Test
    void shouldKeepLinesWholeAndInOrderWhenThreadsWriteAtOnce() throws Exception {
        final int threads = 4;
        final int each = 20_000;
        final Thread[] writers = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            final Labels labels = Labels.of("thread", "" + t);
            writers[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    lines.onSamples(labels, TestSamples.of(8, i, 0));
                }
            });
        }
        for (final Thread writer : writers) {
            writer.join();
        }

        final int[] next = new int[threads];
        text().lines().forEach(line -> {
            final int thread = line.charAt("{\"labels\":{\"thread\":\"".length()) - '0';
            assertEquals(
                    "{\"labels\":{\"thread\":\"%d\"},\"samples\":[[%d,0.0]]}".formatted(thread, next[thread]++), line);
        });
        for (final int count : next) {
            assertEquals(each, count);
        }
    }

    private String text() {
        sink.flush();
        return out.toString(UTF_8);
    }

    private record TestRecord(int kind, byte[] bytes) implements OpaqueRecord {
        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public void copyTo(int offset, byte[] target, int at, int count) {
            System.arraycopy(bytes, offset, target, at, count);
        }

        @Override
        public long lsn() {
            return 8;
        }
    }
}
