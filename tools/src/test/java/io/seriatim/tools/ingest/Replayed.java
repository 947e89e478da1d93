package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Invocation;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.MappedWal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/// What a log holds, and short ways to fill one.
final class Replayed {
    private Replayed() {}

    /// @return by series the samples in order: `timestamp:bits`
    static Map<String, List<String>> bits(Path log) {
        final Map<String, List<String>> found = new TreeMap<>();
        final ReplayReport report = MappedWal.replay(log, ReplayOptions.defaults(), (series, samples) -> {
            final List<String> list = found.computeIfAbsent(series.toString(), _ -> new ArrayList<>());
            for (int i = 0; i < samples.count(); i++) {
                list.add(samples.timestamp(i) + ":" + Long.toHexString(samples.valueBits(i)));
            }
        });
        assertEquals(ReplayReport.State.SOUND, report.state());
        return found;
    }

    /// @return by series the samples in order: `timestamp=value`
    static Map<String, List<String>> values(Path log) {
        final Map<String, List<String>> found = new TreeMap<>();
        bits(log)
                .forEach((series, samples) ->
                        found.put(series, samples.stream().map(Replayed::value).toList()));
        return found;
    }

    private static String value(String sample) {
        final String[] parts = sample.split(":");
        return parts[0] + "=" + Double.longBitsToDouble(Long.parseUnsignedLong(parts[1], 16));
    }

    static Invocation ingest(Path log, String text, Object... options) {
        return ingest(log, text.getBytes(StandardCharsets.UTF_8), options);
    }

    static Invocation ingest(Path log, byte[] bytes, Object... options) {
        final List<Object> arguments = new ArrayList<>(List.of("ingest", "--segment-size", "1m", "--dir", log));
        arguments.addAll(List.of(options));
        arguments.add("-");
        return Invocation.withInput(new ByteArrayInputStream(bytes), arguments.toArray());
    }

    static JsonNode report(int code, Invocation ingest) throws IOException {
        assertEquals(code, ingest.code(), ingest.out() + ingest.err());
        return new ObjectMapper().readTree(ingest.out());
    }

    /// @return the reasons why something was rejected
    static List<String> reasons(JsonNode report) {
        final List<String> reasons = new ArrayList<>();
        report.get("rejects").forEach(reject -> reasons.add(reject.get("reason").asText()));
        return reasons;
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(packed)) {
            stream.write(bytes);
        }
        return packed.toByteArray();
    }
}
