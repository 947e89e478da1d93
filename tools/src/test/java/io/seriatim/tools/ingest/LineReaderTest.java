package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    private static final int LONGEST = 300_000;

    private final List<String> found = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 1 << 20})
    void shouldFindTheSameLinesHoweverTheyArrive(int chunk) throws IOException {
        final Random random = new Random(42);
        final StringBuilder text = new StringBuilder();
        final List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            final String line = "\u000b\u0001x".repeat(random.nextInt(i % 50 == 0 ? 60_000 : 30));
            final boolean tooLong = line.length() > LONGEST;
            expected.add(tooLong ? i + " too long" : i + " " + line.length() + " " + line.hashCode() + " true");
            text.append(line).append(i % 3 == 0 ? "\r\n" : "\n");
        }
        text.append("end");
        expected.add("301 3 " + "end".hashCode() + " false");

        assertEquals(301, read(text.toString(), chunk, false));
        assertEquals(expected, found);
    }

    @Test
    void shouldPassOverLinesThatAreTooLong() throws IOException {
        assertEquals(3, read("a\n" + "x".repeat(3 * LONGEST) + "\nb\n", 100_000, false));

        assertEquals(List.of("1 1 97 true", "2 too long", "3 1 98 true"), found);
    }

    @Test
    void shouldCountLinesThatAreTakenStraight() throws IOException {
        final String text = "!\n".repeat(200_000) + "a\n" + "!\n".repeat(5) + "b";

        assertEquals(200_007, read(text, 1 << 20, true));
        assertEquals(List.of("200001 1 97 true", "200007 1 98 false"), found);
    }

    private long read(String text, int chunk, boolean straight) throws IOException {
        final InputStream source = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, chunk));
            }
        };
        try (Input input = Input.of(source)) {
            return new LineReader(LONGEST).read(input, new Collector(straight));
        }
    }

    private final class Collector implements LineReader.Handler {
        private final boolean straight;

        Collector(boolean straight) {
            this.straight = straight;
        }

        @Override
        public int lineAt(byte[] bytes, int from, int to) {
            return straight && from + 1 < to && bytes[from] == '!' && bytes[from + 1] == '\n' ? from + 2 : -1;
        }

        @Override
        public void line(byte[] bytes, int from, int to, long number, boolean terminated) {
            final String line = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
            if (!line.equals("!")) {
                found.add(number + " " + line.length() + " " + line.hashCode() + " " + terminated);
            }
        }

        @Override
        public void tooLong(byte[] bytes, int from, int to, long number) {
            found.addAll(Collections.singletonList(number + " too long"));
        }

        @Override
        public void progress() {}
    }
}
