package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.ingest.PrometheusSegment.Packing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrometheusWalReaderTest {
    private static final long ONE = Double.doubleToRawLongBits(1);
    private static final long STALE = 0x7ff0000000000002L;
    private static final String UP = "{__name__=\"up\"}";

    @TempDir
    private Path parent;

    @ParameterizedTest
    @EnumSource(Packing.class)
    void shouldReadSeriesAndSamplesBitForBit(Packing packing) throws Exception {
        final PrometheusSegment segment = new PrometheusSegment()
                .record(packing, PrometheusSegment.series(7, "__name__", "up"))
                .record(packing, PrometheusSegment.series(1L << 40, "__name__", "x", "größe", ""))
                .record(packing, PrometheusSegment.samples(7, 1_700_000_000_000L, ONE, 1L << 40, -5, STALE, 7, 9, 0))
                .pad();

        final JsonNode report = ingest(0, segment.bytes());

        assertEquals(3, report.get("samples").asInt());
        assertEquals(2, report.get("series").asInt());
        assertEquals("prometheus-wal", report.at("/files/0/format").asText());
        assertEquals(
                Map.of(
                        UP,
                        List.of("1700000000000:3ff0000000000000", "9:0"),
                        "{__name__=\"x\", größe=\"\"}",
                        List.of("-5:7ff0000000000002")),
                Replayed.bits(log()));
    }

    @ParameterizedTest
    @EnumSource(Packing.class)
    void shouldPutFragmentsTogetherAcrossPages(Packing packing) throws Exception {
        final int count = 20_000;
        final long[] samples = new long[3 * count];
        for (int i = 0; i < count; i++) {
            samples[3 * i] = 7;
            samples[3 * i + 1] = 1_700_000_000_000L + i;
            samples[3 * i + 2] = 0x9e3779b97f4a7c15L * i >>> 2; // such that it hardly packs
        }
        final PrometheusSegment segment = new PrometheusSegment()
                .record(packing, PrometheusSegment.series(7, "__name__", "up"))
                .record(packing, PrometheusSegment.samples(samples))
                .record(packing, PrometheusSegment.samples(7, 1, ONE));
        assertTrue(segment.size() > 3 * PrometheusSegment.PAGE, "a middle fragment: size=" + segment.size());

        final JsonNode report = ingest(0, segment.bytes());

        assertEquals(count + 1, report.get("samples").asInt());
        final List<String> found = Replayed.bits(log()).get(UP);
        assertEquals((1_700_000_000_000L + 19_999) + ":" + Long.toHexString(samples[3 * count - 1]), found.get(19_999));
        assertEquals("1:3ff0000000000000", found.getLast());
    }

    @Test
    void shouldCountAndNameOtherRecords() throws Exception {
        final PrometheusSegment segment = start();
        for (int type = 3; type <= 11; type++) {
            segment.record(Packing.NONE, new byte[] {(byte) type, 1, 2, 3});
        }
        segment.record(Packing.NONE, PrometheusSegment.samples(7, 2, ONE));

        final JsonNode report = ingest(2, segment.bytes());

        final List<String> kinds = new ArrayList<>();
        report.get("leftOut")
                .forEach(left -> kinds.add(left.get("kind").asText() + "=" + left.get("count")
                        + (left.get("data").asBoolean() ? "!" : "")));
        assertEquals(
                List.of(
                        "custom bucket float histogram record=1!",
                        "custom bucket histogram record=1!",
                        "exemplar record=1",
                        "float histogram record=1!",
                        "histogram record=1!",
                        "metadata record=1",
                        "mmap marker record=1",
                        "record of unknown type 11=1!",
                        "tombstone record=1"),
                kinds);
        assertEquals(0, report.get("rejected").asInt());
        assertEquals(2, report.get("samples").asInt());
    }

    @Test
    void shouldGoOnBehindARecordWhoseChecksumDoesNotHold() throws Exception {
        final PrometheusSegment segment = start();
        final int harmed = segment.size();
        segment.record(Packing.NONE, PrometheusSegment.samples(7, 2, ONE))
                .record(Packing.NONE, PrometheusSegment.samples(7, 3, ONE));
        final byte[] bytes = segment.bytes();
        bytes[harmed + PrometheusSegment.HEADER + 3] ^= 0x10;

        final JsonNode report = ingest(2, bytes);

        assertEquals(List.of("1=1.0", "3=1.0"), Replayed.values(log()).get(UP));
        assertEquals(harmed, report.at("/rejects/0/offset").asInt());
        assertTrue(Replayed.reasons(report).getFirst().startsWith("checksum of a record does not hold"));
        assertEquals(1, report.get("rejected").asInt());
    }

    @Test
    void shouldGoOnAtTheNextPageWhenALengthIsHarmed() throws Exception {
        final PrometheusSegment segment = start();
        final int harmed = segment.size();
        segment.record(Packing.NONE, PrometheusSegment.samples(7, 2, ONE))
                .record(Packing.NONE, PrometheusSegment.samples(7, 3, ONE))
                .pad()
                .record(Packing.NONE, PrometheusSegment.samples(7, 4, ONE));
        final byte[] bytes = segment.bytes();
        bytes[harmed + 2] ^= 0x01;

        final JsonNode report = ingest(2, bytes);

        assertEquals(List.of("1=1.0", "4=1.0"), Replayed.values(log()).get(UP));
        assertEquals(1, report.get("rejected").asInt());
    }

    @Test
    void shouldReportARecordInFragmentsOnceWhenOneOfThemIsHarmed() throws Exception {
        final PrometheusSegment segment = start();
        segment.packed(0, new byte[3 * PrometheusSegment.PAGE])
                .record(Packing.NONE, PrometheusSegment.samples(7, 2, ONE));
        final byte[] bytes = segment.bytes();
        bytes[PrometheusSegment.PAGE + 100] ^= 1; // in the second of four fragments

        final JsonNode report = ingest(2, bytes);

        assertEquals(1, report.get("rejected").asInt(), report.toString());
        assertEquals(List.of("1=1.0", "2=1.0"), Replayed.values(log()).get(UP));
    }

    @Test
    void shouldCallItTornWhenTheLastSegmentIsCut() throws Exception {
        final byte[] sound = start().bytes();
        final byte[] bytes = start().record(Packing.NONE, PrometheusSegment.samples(7, 2, ONE))
                .bytes();

        for (int cut = sound.length + 1; cut < bytes.length; cut++) {
            final JsonNode report = Replayed.report(
                    1, Replayed.ingest(parent.resolve("cut-" + cut), Arrays.copyOf(bytes, cut), "--json"));
            assertEquals(1, report.get("samples").asInt(), "cut=" + cut);
            assertEquals(1, report.get("torn").asInt(), "cut=" + cut);
        }
    }

    @Test
    void shouldRejectWhatCannotBeUnpackedAndGoOn() throws Exception {
        final byte[] hugeSnappy = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0, 0, 0};
        final byte[] zstandard = Packing.ZSTANDARD.pack(new byte[1000]);
        zstandard[zstandard.length - 1] ^= 0x55;
        zstandard[zstandard.length / 2] ^= 0x55;
        final PrometheusSegment segment = start().packed(0x08, hugeSnappy)
                .packed(0x08, new byte[] {100, 1, 2, 3, 4, 5, 6})
                .packed(0x08, new byte[0])
                .packed(0x10, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9})
                .packed(0x10, zstandard)
                .packed(0x18, new byte[10])
                .record(Packing.SNAPPY, PrometheusSegment.samples(7, 2, ONE));

        final JsonNode report = ingest(2, segment.bytes());

        assertEquals(6, report.get("rejected").asInt(), report.toString());
        assertEquals(List.of("1=1.0", "2=1.0"), Replayed.values(log()).get(UP));
    }

    @Test
    void shouldRejectRecordsThatContradictThemselves() throws Exception {
        final byte[] samples = PrometheusSegment.samples(7, 2, ONE, 7, 3, ONE);
        final PrometheusSegment segment = start().record(Packing.NONE, new byte[0])
                .record(Packing.NONE, Arrays.copyOf(samples, samples.length - 3))
                .record(Packing.NONE, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 9, 1, (byte) 0xff, (byte) 0xff, 3})
                .record(Packing.NONE, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 9, (byte) 0xff, (byte) 0xff, 3})
                .record(Packing.NONE, PrometheusSegment.series(8, "b", "x", "b", "y"))
                .record(Packing.NONE, PrometheusSegment.samples(8, 2, ONE, 7, 4, ONE, 99, 5, ONE));

        final JsonNode report = ingest(2, segment.bytes());

        assertEquals(6, report.get("rejected").asInt(), report.toString());
        assertTrue(Replayed.reasons(report).getLast().startsWith("2 samples of series that no record before defines"));
        assertEquals(List.of("1=1.0", "2=1.0", "4=1.0"), Replayed.values(log()).get(UP));
    }

    @Test
    void shouldReadCheckpointThenLaterSegmentsThenLateSamples() throws Exception {
        final Path data = parent.resolve("data");
        final Path wal = Files.createDirectories(data.resolve("wal"));
        final Path checkpoint = Files.createDirectory(wal.resolve("checkpoint.00000004"));
        Files.createDirectory(wal.resolve("checkpoint.00000003"));
        Files.createDirectory(wal.resolve("checkpoint.00000009.tmp"));
        Files.write(checkpoint.resolve("00000000"), start().pad().bytes());
        Files.write(wal.resolve("00000004"), sample(2)); // superseded by the checkpoint
        Files.write(wal.resolve("00000005"), sample(3));
        Files.write(wal.resolve("00000006"), sample(4));
        Files.write(Files.createDirectory(data.resolve("wbl")).resolve("00000000"), sample(-1));

        final JsonNode report =
                Replayed.report(0, Invocation.of("ingest", "--segment-size", "1m", "--json", "--dir", log(), data));

        assertEquals(
                List.of("1=1.0", "3=1.0", "4=1.0", "-1=1.0"),
                Replayed.values(log()).get(UP));
        assertEquals(4, report.get("files").size());
    }

    @Test
    void shouldSayThatASegmentIsMissing() throws Exception {
        final Path wal = Files.createDirectories(parent.resolve("wal-of-prometheus"));
        Files.write(wal.resolve("00000000"), start().bytes());
        Files.write(wal.resolve("00000002"), Arrays.copyOf(sample(2), 20));
        Files.write(wal.resolve("00000003"), sample(3));

        final JsonNode report =
                Replayed.report(2, Invocation.of("ingest", "--segment-size", "1m", "--json", "--dir", log(), wal));

        assertEquals(2, report.get("rejected").asInt());
        assertEquals(0, report.get("torn").asInt(), "only the last segment can be torn");
        assertEquals(
                "segments are missing before this one: previous=0",
                Replayed.reasons(report).getFirst());
        assertEquals(List.of("1=1.0", "3=1.0"), Replayed.values(log()).get(UP));
    }

    @Test
    void shouldSurviveAnyBitFlipped() throws Exception {
        final byte[] bytes = start().record(Packing.SNAPPY, PrometheusSegment.samples(7, 2, ONE, 7, 3, ONE))
                .record(Packing.ZSTANDARD, PrometheusSegment.samples(7, 4, ONE))
                .bytes();
        final List<String> all = List.of("1=1.0", "2=1.0", "3=1.0", "4=1.0");

        for (int bit = 0; bit < 8 * bytes.length; bit += 11) {
            final byte[] harmed = bytes.clone();
            harmed[bit >>> 3] ^= (byte) (1 << (bit & 7));
            final Path log = parent.resolve("bit-" + bit);
            final Invocation ingest = Replayed.ingest(log, harmed, "--format", "prometheus-wal");

            assertTrue(ingest.code() == 1 || ingest.code() == 2, "bit=" + bit + " code=" + ingest.code());
            final List<String> found = Replayed.values(log).getOrDefault(UP, List.of());
            assertTrue(all.containsAll(found), "bit=" + bit + " found=" + found);
        }
    }

    private static PrometheusSegment start() {
        return new PrometheusSegment()
                .record(Packing.NONE, PrometheusSegment.series(7, "__name__", "up"))
                .record(Packing.NONE, PrometheusSegment.samples(7, 1, ONE));
    }

    private static byte[] sample(long time) {
        return new PrometheusSegment()
                .record(Packing.SNAPPY, PrometheusSegment.samples(7, time, ONE))
                .bytes();
    }

    private JsonNode ingest(int code, byte[] segment) throws Exception {
        return Replayed.report(code, Replayed.ingest(log(), segment, "--json"));
    }

    private Path log() {
        return parent.resolve("wal");
    }
}
