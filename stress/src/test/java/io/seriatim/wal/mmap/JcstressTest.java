package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
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
import org.junit.jupiter.api.io.TempDir;

/// Runs the races for a moment each: every planted one is found, and nothing else is. `stress/bin/jcstress` runs them
/// for longer, and under other settings of the JVM.
class JcstressTest {
    private static final Pattern BROKEN = Pattern.compile("\\[(FAILED|ERROR|TIMEOUT|VMERROR|API_MISMATCH)] (\\S+)");

    @TempDir
    private Path results;

    @Test
    @Tag("slow") // 29 JVMs
    @Timeout(600)
    @DisplayName("P1, P2, P3: no forbidden outcome in the protocol's races; every planted mistake shows one")
    void shouldFindThePlantedRacesAndNoOther() throws Exception {
        final List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main"));
        // One JVM for each race, two actors, no compilation modes one by one.
        command.addAll(List.of("-t Races -c 2 -f 1 -fsm 1 -iters 1 -time 200 -sc false -af NONE".split(" ")));
        command.addAll(List.of("-jvmArgs", "-Xmx256m -XX:+UseSerialGC", "-r", results.toString()));
        final Process process = new ProcessBuilder(command)
                .directory(results.toFile())
                .redirectErrorStream(true)
                .start();
        final Set<String> broken = new TreeSet<>();
        final StringBuilder output = new StringBuilder();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                final Matcher matcher = BROKEN.matcher(line);
                if (matcher.find()) {
                    broken.add(matcher.group(2).substring(matcher.group(2).indexOf("mmap.") + 5));
                }
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertEquals(planted(), broken, output::toString);
        assertTrue(output.toString().contains("Results: " + tests() + " planned"), output::toString);
    }

    private static Set<String> planted() throws IOException {
        final Set<String> planted = new TreeSet<>();
        for (final String test : list()) {
            if (test.contains(".Planted")) {
                planted.add(test);
            }
        }
        return planted;
    }

    private static int tests() throws IOException {
        return list().size();
    }

    /// What the annotation processor has found: one line each, that begins with the name's length and the name.
    private static List<String> list() throws IOException {
        final Pattern name = Pattern.compile("^JCTEST\\d+S?io\\.seriatim\\.wal\\.mmap\\.(\\w+\\.[A-Za-z]+)");
        final List<String> names = new ArrayList<>();
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
