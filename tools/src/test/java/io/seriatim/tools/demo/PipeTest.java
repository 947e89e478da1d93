package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipeTest {
    @Test
    void shouldSayWhatItWasTold() throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Pipe.Writer writer = new Pipe.Writer(bytes);
        writer.ready(5);
        writer.returned(6, 7, new long[] {1, -2, Long.MAX_VALUE});
        writer.durable(3, 1L << 40);
        writer.series(Labels.of("é", "\n"));
        writer.scrape(9, new long[] {0x7ff0000000000002L});
        writer.failed("näh");

        final Recorder recorder = new Recorder();
        Pipe.read(new ByteArrayInputStream(bytes.toByteArray()), recorder);

        assertEquals(
                List.of(
                        "ready 5",
                        "returned 6 7 [1, -2, 9223372036854775807]",
                        "durable 3 1099511627776",
                        "series " + Labels.of("é", "\n"),
                        "scrape 9 [9218868437227405314]",
                        "failed näh"),
                recorder.heard);
    }

    @Test
    void shouldNeverWriteMoreThanAPipeTakesWhole() {
        final List<Integer> lengths = new ArrayList<>();
        final Pipe.Writer writer = new Pipe.Writer(new ByteArrayOutputStream() {
            @Override
            public void write(byte[] source, int offset, int length) {
                lengths.add(length);
            }
        });
        writer.scrape(1, new long[400]);
        writer.failed("x".repeat(10_000));

        assertTrue(lengths.stream().allMatch(length -> length <= Pipe.MAX_MESSAGE_BYTES), lengths.toString());
        assertEquals(2, lengths.size());
    }

    private static final class Recorder implements Pipe.Listener {
        private final List<String> heard = new ArrayList<>();

        @Override
        public void ready(long openNanos) {
            heard.add("ready " + openNanos);
        }

        @Override
        public void returned(long elapsedNanos, long bytes, long[] appends) {
            heard.add("returned " + elapsedNanos + " " + bytes + " " + Arrays.toString(appends));
        }

        @Override
        public void durable(int producer, long appends) {
            heard.add("durable " + producer + " " + appends);
        }

        @Override
        public void series(Labels labels) {
            heard.add("series " + labels);
        }

        @Override
        public void scrape(long timestamp, long[] valueBits) {
            heard.add("scrape " + timestamp + " " + Arrays.toString(valueBits));
        }

        @Override
        public void failed(String why) {
            heard.add("failed " + why);
        }
    }
}
