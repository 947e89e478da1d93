package io.seriatim.tools.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Golden;
import io.seriatim.tools.Harm;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import io.seriatim.tools.ReportDocument;
import io.seriatim.tools.Surgery;
import io.seriatim.wal.format.ConsumerPosition;
import io.seriatim.wal.format.FrameLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DumpCommandTest {
    /// The example of FORMAT.md: every type of frame, the same bytes for ever.
    private static final Path GOLDEN_SEGMENT = Path.of("../wal-core/src/test/resources/golden.seg");

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path parent;

    @Test
    void shouldDrawEveryTypeOfFrame() throws IOException {
        final Path copy = Files.copy(GOLDEN_SEGMENT, parent.resolve("copy.seg"));

        final Invocation dump = Invocation.of("dump", copy);

        assertEquals(0, dump.code(), dump.err());
        Golden.assertGolden("dump/golden-segment.txt", parent, dump.out());
        for (final String type : List.of("PAD", "SAMPLE", "SAMPLES", "RECORD", "MARK", "VERDICT")) {
            assertTrue(dump.out().contains("  " + type + "  at "), type);
        }
    }

    @Test
    void shouldDrawNoByteTwiceAndLeaveNoneOut() throws IOException {
        final JsonNode report = json(0, GOLDEN_SEGMENT, "--limit", 1000);

        long offset = 0;
        for (final JsonNode part : report.get("parts")) {
            assertEquals(offset, part.get("offset").asLong(), part.toString());
            long within = 0;
            for (final JsonNode field : part.get("fields")) {
                assertEquals(within, field.get("offset").asLong(), part.toString());
                within += field.get("length").asLong();
            }
            final boolean pad = part.get("type").asText().equals("PAD");
            final boolean whole = !pad && !part.get("part").asText().equals("UNWRITTEN");
            assertTrue(!whole || within == part.get("length").asLong(), part.toString());
            offset += part.get("length").asLong();
        }
        assertEquals(Files.size(GOLDEN_SEGMENT), offset);
    }

    @Test
    void shouldBeginAtTheFrameThatIsAskedFor() throws IOException {
        final Path log = Harm.NONE.make(parent.resolve("wal"));
        final Path segment = Logs.segments(log, 0).getFirst();
        final List<Integer> frames = Surgery.on(segment).frames();

        final JsonNode byNumber = json(0, segment, "--frame", 5);
        final JsonNode byOffset = json(0, segment, "--at", frames.get(5) + 9);
        final JsonNode byHex = json(0, segment, "--at", "0x" + Integer.toHexString(frames.get(5)));

        assertEquals(1, byNumber.get("parts").size());
        assertEquals(frames.get(5), byNumber.at("/parts/0/offset").asInt());
        assertEquals(byNumber, byOffset);
        assertEquals(byNumber, byHex);
        assertEquals(
                3, json(0, segment, "--frame", 5, "--limit", 3).get("parts").size());
    }

    @Test
    void shouldSayWhatTheSamplesAre() throws IOException {
        final Path log = Harm.NONE.make(parent.resolve("wal"));
        final Path segment = Logs.segments(log, 0).get(1);
        final int frame = Surgery.on(segment).frames(FrameLayout.SAMPLE).getFirst();

        final String out = Invocation.of("dump", segment, "--at", frame).out();

        assertTrue(out.matches("(?s).*ref +\\d+ = \\{__name__=\"up\", instance=\"host-\\d\", job=\"api\"}\n.*"), out);
        assertTrue(out.matches("(?s).*timestamp +17\\d{11} = 2023-11-14T22:\\d\\d:\\d\\dZ\n.*"), out);
        assertTrue(out.contains(", right\n"), out);
    }

    @Test
    void shouldDrawAGapAsTheFrameThatItMayHaveBeen() throws IOException {
        final Path log = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final JsonNode damage =
                JSON.readTree(Invocation.of("verify", log, "--json").out()).at("/damages/0");

        final Invocation dump = Invocation.of(
                "dump",
                damage.get("file").asText(),
                "--at",
                damage.get("offset").asText());

        assertEquals(2, dump.code());
        assertTrue(
                dump.out().contains("\nGAP CHECKSUM  at " + damage.get("offset").asText()), dump.out());
        assertTrue(dump.out().contains("WRONG: the bytes come to 0x"), dump.out());
        assertTrue(dump.out().contains("host-"), dump.out());
    }

    @Test
    void shouldUseWhatTheNeighboursSayWhenAHeaderIsDestroyed() throws IOException {
        final Path log = Harm.BAD_HEADER_INFERRED.make(parent.resolve("wal"));
        final Path segment = Logs.segments(log, 0).get(1);

        final Invocation among = Invocation.of("dump", segment);
        final Invocation alone = Invocation.of("dump", Files.copy(segment, parent.resolve("copy.seg")));

        assertEquals(2, among.code());
        assertTrue(among.out().contains("read with what its neighbours say"), among.out());
        assertTrue(among.out().contains("frame 3  "), among.out());
        assertEquals(2, alone.code());
        assertTrue(alone.out().contains("no readable header, so its frames cannot be told"), alone.out());
    }

    @ParameterizedTest
    @EnumSource
    void shouldDrawEveryFileOfEveryHarmedLog(Harm harm) throws IOException {
        final Path log = harm.make(parent.resolve("wal"));
        final List<Path> files = new ArrayList<>();
        for (int shard = 0; shard < 2; shard++) {
            if (Files.exists(log.resolve("shard-00" + shard))) {
                files.addAll(Logs.segments(log, shard));
            }
        }
        for (final Path file : files) {
            final Invocation dump = Invocation.of("dump", file, "--limit", 100_000);

            assertTrue(dump.code() == 0 || dump.code() == 2, dump.err());
            assertEquals("", dump.err());
            assertTrue(dump.out().chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)));
        }
    }

    @Test
    void shouldEndWithAnAnswerWhateverTheBytesAre() throws IOException {
        final byte[] golden = Files.readAllBytes(GOLDEN_SEGMENT);
        final Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            final byte[] bytes = golden.clone();
            for (int flips = random.nextInt(1, 20); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            final Path file = Files.write(parent.resolve("hostile.seg"), bytes);

            final Invocation dump = Invocation.of("dump", file, "--limit", 1000);

            assertTrue(dump.code() == 0 || dump.code() == 2, dump.err());
        }
    }

    @Test
    void shouldSayHowMuchMoreThereIs() throws IOException {
        final Path log = Harm.NONE.make(parent.resolve("wal"));
        final Path segment = Logs.segments(log, 0).getFirst();

        final Invocation brief = Invocation.of("dump", segment, "--brief", "--limit", 4);

        assertEquals(1 + 4 + 1, brief.lines().size(), brief.out());
        assertTrue(brief.lines().getLast().matches("and [\\d,]+ parts more: .*"), brief.out());
    }

    @Test
    void shouldDrawWalMeta() throws IOException {
        final Path log = Harm.NONE.make(parent.resolve("wal"));

        final Invocation dump = Invocation.of("dump", log.resolve("wal.meta"));

        assertEquals(0, dump.code(), dump.err());
        assertTrue(dump.out().contains("  magic        \"SERIMETA\"\n"), dump.out());
        assertTrue(dump.out().contains("  timeUnit     2 = MILLISECONDS\n"), dump.out());
        assertTrue(dump.out().contains("  floor 1      0\n"), dump.out());
        assertTrue(dump.out().contains(", right\n"), dump.out());
    }

    @Test
    void shouldDrawThePositionOfAConsumer() throws IOException {
        final Path file = Files.write(
                parent.resolve("shipper"), new ConsumerPosition(new UUID(1, 2), new long[] {4096, 70_000}).encode());

        final Invocation dump = Invocation.of("dump", file);

        assertEquals(0, dump.code(), dump.err());
        assertEquals("CONSUMER", json(0, file).get("kind").asText());
        assertTrue(dump.out().contains("  magic        \"SERICONS\"\n"), dump.out());
        assertTrue(dump.out().contains("  position 1   70000\n"), dump.out());
        assertTrue(dump.out().contains(", right\n"), dump.out());
    }

    @Test
    void shouldExitWith3AndOneLineWhenThereIsNothingToDraw() throws IOException {
        final Path letter = Files.writeString(parent.resolve("letter.txt"), "Dear log");
        final Path log = Harm.NONE.make(parent.resolve("wal"));
        final Path segment = Logs.segments(log, 0).getFirst();

        assertFails("no such file", parent.resolve("missing.seg"));
        assertFails("not a regular file", log);
        assertFails("neither a segment nor wal.meta", letter);
        assertFails("no such frame", segment, "--frame", 1_000_000);
        assertFails("no such byte", segment, "--at", 1L << 40);
    }

    private static void assertFails(String message, Object file, Object... options) {
        final Invocation dump = invoke(file, options);
        assertEquals(3, dump.code(), dump.out());
        assertEquals("", dump.out());
        assertTrue(dump.err().startsWith("seriatim: " + message), dump.err());
        assertEquals(1, dump.err().lines().count());
    }

    @Test
    void shouldReportWhatItsDocumentDescribes() throws IOException {
        final Path log = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));

        ReportDocument.assertDescribes(
                "dump",
                Invocation.of("dump", Logs.segments(log, 0).get(1), "--json", "--limit", 500)
                        .out());
    }

    private static Invocation invoke(Object file, Object... options) {
        final List<Object> arguments = new ArrayList<>(List.of("dump", file));
        arguments.addAll(List.of(options));
        return Invocation.of(arguments.toArray());
    }

    private static JsonNode json(int code, Path file, Object... options) throws IOException {
        final List<Object> all = new ArrayList<>(List.of(options));
        all.add("--json");
        final Invocation dump = invoke(file, all.toArray());
        assertEquals(code, dump.code(), dump.err());
        return JSON.readTree(dump.out());
    }
}
