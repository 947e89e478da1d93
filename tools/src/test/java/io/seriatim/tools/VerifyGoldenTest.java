package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.wal.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What `verify` says of every kind of damage, to the letter, and that it accounts for every byte. See
/// [Golden].
@Tag("crash")
class VerifyGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path parent;

    @ParameterizedTest
    @EnumSource
    @DisplayName("P4: each kind of damage is reported in known words, fields and exit code")
    void shouldSayWhatWasFoundGoodWhenALogIsHarmed(Harm harm) throws IOException {
        final Path log = harm.make(parent.resolve("wal"));
        final Map<Path, String> before = Logs.contents(log);

        final Invocation text = Invocation.of("verify", log);
        final Invocation json = Invocation.of("verify", log, "--json");

        assertEquals(before, Logs.contents(log));
        assertEquals(text.code(), json.code());
        final JsonNode report = JSON.readTree(json.out());
        assertTrue(harm.kind() == null || holds(report, harm), () -> harm + json.out());
        Golden.assertGolden("verify/" + harm + ".txt", parent, text.out() + "exit code " + text.code() + "\n");
        Golden.assertGolden("verify/" + harm + ".json", parent, json.out());
    }

    private static boolean holds(JsonNode report, Harm harm) {
        for (final JsonNode damage : report.get("damages")) {
            if (damage.get("kind").asText().equals(harm.kind().name())
                    && damage.get("verdict").asText().equals(harm.verdict().name())) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P4: every byte of every file is accounted for, in one class")
    void shouldAccountForEveryByteWhenALogIsHarmed(Harm harm) throws IOException {
        final Path log = harm.make(parent.resolve("wal"));
        Files.writeString(log.resolve("letter.txt"), "Dear log");
        Files.writeString(log.resolve("shard-000/0000000000000009.seg.tmp"), "half a segment");
        Files.write(Files.createDirectories(log.resolve("photos/2023")).resolve("cat.png"), new byte[777]);
        Files.write(Files.createDirectories(log.resolve("consumers")).resolve("shipper"), new byte[60]);
        Files.write(log.resolve("consumers/shipper.lock"), new byte[0]);

        final JsonNode report =
                JSON.readTree(Invocation.of("verify", log, "--json").out());

        long total = 0;
        final Set<String> named = new HashSet<>();
        for (final JsonNode file : report.get("files")) {
            final Path path = Path.of(file.get("file").asText());
            assertEquals(Files.size(path), file.get("total").asLong(), path.toString());
            assertEquals(file.get("total").asLong(), sum(file), file.toString());
            total += file.get("total").asLong();
            named.add(path.toString());
        }
        assertEquals(report.at("/bytes/total").asLong(), total);
        assertEquals(total, sum(report.get("bytes")));
        try (Stream<Path> files = Files.walk(log)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> assertTrue(named.remove(file.toString()), file::toString));
        }
        assertEquals(Set.of(), named);
        assertTrue(report.at("/bytes/foreign").asLong() >= 8 + 777, report.toString());
        assertTrue(report.at("/bytes/spare").asLong() == 14, report.toString());
        assertEquals("CONSUMER", role(report, "consumers/shipper"));
        assertEquals("CONSUMER", role(report, "consumers/shipper.lock"));
    }

    private static String role(JsonNode report, String name) {
        for (final JsonNode file : report.get("files")) {
            if (file.get("file").asText().endsWith(name)) {
                return file.get("role").asText();
            }
        }
        return null;
    }

    private static long sum(JsonNode sums) {
        long sum = 0;
        for (final var field : sums.properties()) {
            assertTrue(!field.getValue().isNumber() || field.getValue().asLong() >= 0, sums.toString());
            sum += field.getKey().equals("total") || !field.getValue().isNumber()
                    ? 0
                    : field.getValue().asLong();
        }
        return sum;
    }

    @Test
    void shouldCoverEveryKindAndVerdict() {
        final Set<Damage.Kind> kinds = EnumSet.allOf(Damage.Kind.class);
        final Set<Damage.Verdict> verdicts = EnumSet.allOf(Damage.Verdict.class);
        Arrays.stream(Harm.values()).forEach(harm -> {
            kinds.remove(harm.kind());
            verdicts.remove(harm.verdict());
        });
        assertEquals(Set.of(), kinds);
        assertEquals(Set.of(), verdicts);
    }

    @Test
    void shouldNameFilesThatAreNotOfTheLogAndDoNothingToATerminal() throws IOException {
        final Path log = Harm.NONE.make(parent.resolve("wal"));
        Files.writeString(log.resolve("a\u001b[2Jletter"), "Dear log");

        final Invocation verify = Invocation.of("verify", log);

        assertEquals(0, verify.code());
        assertTrue(verify.out().contains("Not of this log, and left alone:\n  a?[2Jletter\n"), verify.out());
    }
}
