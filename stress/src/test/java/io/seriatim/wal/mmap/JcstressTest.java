package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Runs races for a moment each: every planted mistake is found, and nothing else is. One that was not found is given
/// more moments, so that a busy machine decides nothing. Every build runs a few, `tools/bin/prove races` all.
///
/// `-Dstress.weak=true` has the compiler order what it may in any order, anew by each seed (`-Dstress.seed=N`): all that
/// a product JVM has of this. Results are below `target/jcstress`.
class JcstressTest {
    private static final Pattern BROKEN = Pattern.compile("\\[(FAILED|ERROR|TIMEOUT|VMERROR|API_MISMATCH)] (\\S+)");
    private static final Pattern FAILED = Pattern.compile("\\[FAILED] (\\S+)");
    private static final int MOST_ROUNDS = 30;
    private static final int MOMENT_MS = 100;
    /// Forty JVMs take two minutes: who needs this long hangs.
    private static final int HANGS_AFTER_MINUTES = 15;

    /// One of each kind: who writes where, when a frame can be seen, when a reference may be used, the end, waiters.
    private static final List<String> FEW = List.of(
            "ClaimRaces.TwoAtTheEnd",
            "CommitRaces.SampleAgainstReader",
            "DeclareRaces.TwoInternOneSeries",
            "EndRaces.CloseAgainstAppend",
            "WaitRaces.FlushAgainstAwait");
    private static final String ONE_PLANTED = "CommitRaces.PlantedCommitBeforePayload";

    @Test
    @DisplayName("P1, P2, P3: no forbidden outcome in a few of the protocol's races; a planted mistake shows one")
    void shouldFindAPlantedRaceAndNoOtherOfAFew() throws Exception {
        requireSound(FEW);
        requireFound(Set.of(ONE_PLANTED));
    }

    @Test
    @Tag("slow") // some forty JVMs
    @DisplayName("P1, P2, P3: no forbidden outcome in the protocol's races; every planted mistake shows one")
    void shouldFindThePlantedRacesAndNoOther() throws Exception {
        final List<String> real = new ArrayList<>(list());
        real.removeIf(test -> test.contains(".Planted"));
        final Set<String> planted = new TreeSet<>(list());
        planted.removeAll(real);
        assertTrue(real.size() >= 15 && planted.size() >= 10, () -> real + " " + planted);

        requireSound(real);
        requireFound(planted);
        System.out.printf("races: %d without a forbidden outcome, %d planted mistakes found%n", real.size(), planted.size());
    }

    private static void requireSound(List<String> races) throws Exception {
        final String output = run(races, MOMENT_MS);
        assertEquals(Set.of(), named(BROKEN, 2, output), output);
        assertTrue(output.contains("Results: " + races.size() + " planned; " + races.size() + " passed"), output);
    }

    private static void requireFound(Set<String> planted) throws Exception {
        final Set<String> hidden = new TreeSet<>(planted);
        for (int round = 0; round < MOST_ROUNDS && !hidden.isEmpty(); round++) {
            hidden.removeAll(named(FAILED, 1, run(hidden, MOMENT_MS << Math.min(round, 5))));
        }
        assertEquals(Set.of(), hidden);
    }

    /// @return what jcstress prints: one JVM for each race, two actors, no compilation modes one by one
    private static String run(Iterable<String> tests, int ms) throws IOException, InterruptedException {
        final Path results = Files.createDirectories(Path.of("target", "jcstress"));
        final List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main"));
        command.addAll(List.of("-c 2 -f 1 -fsm 1 -iters 1 -sc false -af NONE -r . -time".split(" ")));
        command.add("" + ms);
        command.addAll(List.of("-jvmArgs", "-Xmx256m -XX:+UseSerialGC" + weak()));
        command.addAll(List.of("-t", "(" + String.join("|", tests).replace(".", "\\.") + ")$"));
        final Path output = results.resolve("output");
        final Process process = new ProcessBuilder(command)
                .directory(results.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            final boolean ended = process.waitFor(HANGS_AFTER_MINUTES, TimeUnit.MINUTES);
            assertTrue(ended, () -> "hangs: " + output.toAbsolutePath());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    private static String weak() {
        if (!Boolean.getBoolean("stress.weak")) {
            return "";
        }
        return " -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM -XX:+StressIGVN -XX:+StressCCP"
                + " -XX:+StressMacroExpansion -XX:+StressIncrementalInlining -XX:+StressUnstableIfTraps -XX:StressSeed="
                + Integer.getInteger("stress.seed", 1);
    }

    private static Set<String> named(Pattern pattern, int group, String output) {
        final Set<String> names = new TreeSet<>();
        final Matcher matcher = pattern.matcher(output);
        while (matcher.find()) {
            final String name = matcher.group(group);
            names.add(name.substring(name.indexOf("mmap.") + 5));
        }
        return names;
    }

    /// What the annotation processor has found: one line each, that begins with the name's length and the name.
    private static Set<String> list() throws IOException {
        final Pattern name = Pattern.compile("^JCTEST\\d+S?io\\.seriatim\\.wal\\.mmap\\.(\\w+\\.[A-Za-z]+)");
        final Set<String> names = new TreeSet<>();
        try (var list = JcstressTest.class.getResourceAsStream("/META-INF/TestList")) {
            new String(list.readAllBytes()).lines().forEach(line -> {
                final Matcher matcher = name.matcher(line);
                if (matcher.find()) {
                    names.add(matcher.group(1));
                }
            });
        }
        return names;
    }
}
