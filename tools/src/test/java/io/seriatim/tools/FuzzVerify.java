package io.seriatim.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Fuzz target: `verify` and `replay` on a real log whose files were harmed as the input says ([HostileFiles]).
public final class FuzzVerify {
    private static final Path PARENT = parent();
    private static final List<Map<String, byte[]>> LOGS = logs();

    private FuzzVerify() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        final Choices choices = new Choices(input);
        final Path directory = PARENT.resolve("hostile");
        HostileFiles.write(LOGS.get(choices.nextInt(LOGS.size())), choices, directory);
        VerifyJudge.judge(directory);
        delete(directory);
    }

    /// Takes its numbers from the input, and zeros behind its end: what a fuzzer changes, it changes here.
    private static final class Choices implements RandomGenerator {
        private final byte[] input;
        private int at;

        Choices(byte[] input) {
            this.input = input;
        }

        @Override
        public int nextInt(int bound) {
            return bound <= 256 ? next(1) % bound : Math.floorMod(next(2), bound);
        }

        @Override
        public int nextInt(int origin, int bound) {
            return origin + nextInt(bound - origin);
        }

        @Override
        public boolean nextBoolean() {
            return (next(1) & 1) != 0;
        }

        @Override
        public long nextLong() {
            return (long) next(4) << 32 | next(4) & 0xffff_ffffL;
        }

        private int next(int bytes) {
            int number = 0;
            for (int i = 0; i < bytes; i++) {
                number = number << 8 | (at < input.length ? input[at++] & 0xff : 0);
            }
            return number;
        }
    }

    private static Path parent() {
        try {
            final Path parent = Files.createTempDirectory("seriatim-fuzz-verify");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(parent)));
            return parent;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<Map<String, byte[]>> logs() {
        try {
            return List.of(
                    HostileFiles.of(Logs.closed(PARENT.resolve("closed"))),
                    HostileFiles.of(Logs.killed(PARENT.resolve("killed"))));
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
