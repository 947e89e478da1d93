package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs the races for a moment each: every planted mistake is found, and nothing else is. One that was not found is
/// given more moments, so that a busy machine decides nothing. `tools/bin/prove races` runs them for longer.
///
/// `-Dstress.jvm.args="..."` are further options of the JVMs; results are below `target/jcstress`.
class JcstressTest {
    private static final Pattern BROKEN = Pattern.compile("\\[(FAILED|ERROR|TIMEOUT|VMERROR|API_MISMATCH)] (\\S+)");
    private static final Pattern FAILED = Pattern.compile("\\[FAILED] (\\S+)");
    private static final int MOST_ROUNDS = 30;
    private static final int MOMENT_MS = 100;

    @Test
    @Tag("slow") // some forty JVMs
    @Timeout(1800)
    @DisplayName("P1, P2, P3: no forbidden outcome in the protocol's races; every planted mistake shows one")
    void shouldFindThePlantedRacesAndNoOther() throws Exception {
        final List<String> real = new ArrayList<>(list());
        real.removeIf(test -> test.contains(".Planted"));
        final Set<String> planted = new TreeSet<>(list());
        planted.removeAll(real);
        assertTrue(real.size() >= 15 && planted.size() >= 10, () -> real + " " + planted);

        final String races = run(real, MOMENT_MS);
        assertEquals(Set.of(), named(BROKEN, 2, races), races);
        assertTrue(races.contains("Results: " + real.size() + " planned; " + real.size() + " passed"), races);

        final Set<String> hidden = new TreeSet<>(planted);
        for (int round = 0; round < MOST_ROUNDS && !hidden.isEmpty(); round++) {
            hidden.removeAll(named(FAILED, 1, run(hidden, MOMENT_MS << Math.min(round, 5))));
        }
        assertEquals(Set.of(), hidden);
    }

    /// @return what jcstress prints: one JVM for each race, two actors, no compilation modes one by one
    private static String run(Iterable<String> tests, int ms) throws IOException {
        final Path results = Files.createDirectories(Path.of("target", "jcstress"));
        final List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main"));
        command.addAll(List.of("-c 2 -f 1 -fsm 1 -iters 1 -sc false -af NONE -r . -time".split(" ")));
        command.add("" + ms);
        command.addAll(List.of("-jvmArgs", "-Xmx256m " + System.getProperty("stress.jvm.args", "-XX:+UseSerialGC")));
        command.addAll(List.of("-t", "(" + String.join("|", tests).replace(".", "\\.") + ")$"));
        final Process process = new ProcessBuilder(command)
                .directory(results.toFile())
                .redirectErrorStream(true)
                .start();
        final StringBuilder output = new StringBuilder();
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(line -> output.append(line).append('\n'));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return output.toString();
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
