package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every input that fuzzing has kept, and some changes of the seeds, as part of every build. Fuzzing itself:
/// [FuzzLongTest].
@Tag("crash")
@ExtendWith(QuietLog.class)
class FuzzCorpusTest {
    private static final Duration PER_INPUT = Duration.ofSeconds(20);
    private static final int CHANGES = 200;

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    @DisplayName("P12, P3, P4: every kept input ends in records or a typed error, in bounded time and memory")
    void shouldHoldWhenInputWasKept(FuzzTarget target) throws Exception {
        final List<Path> files = target.keptFiles();
        assertTrue(files.size() >= 10, () -> "only " + files.size() + " inputs in " + target.kept());
        for (final Path file : files) {
            run(target, Files.readAllBytes(file), file.toString());
        }
    }

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    @DisplayName("P12, P3, P4: the same for logs of the real code, changed at random")
    void shouldHoldWhenSeedIsChanged(FuzzTarget target) throws Exception {
        final Random random = new Random(42);
        final List<byte[]> seeds = target.seeds();
        for (int i = 0; i < seeds.size(); i++) {
            run(target, seeds.get(i), "seed " + i);
        }
        for (int i = 0; i < CHANGES; i++) {
            final byte[] input = seeds.get(i % seeds.size()).clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt();
            }
            run(target, input, "change " + i);
        }
    }

    private static void run(FuzzTarget target, byte[] input, String name) {
        assertTimeoutPreemptively(PER_INPUT, () -> {
            try {
                target.code.accept(input);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(target + " " + name, failure);
            }
        });
    }
}
