package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Fuzz target: the decoders of `serve` on any bytes, the first of which says which decoder. A message is taken or
/// refused, nothing else; and what is refused leaves nothing in the log.
public final class FuzzIntake {
    /// A fault to be found: messages of which one point is refused and another taken.
    private static final boolean PLANTED = Boolean.getBoolean("fuzz.planted");

    private static final MappedWal WAL = wal();
    private static final Intake INTAKE = new Intake(WAL, IntakeLimits.standard());
    private static final Outcome OUTCOME = new Outcome();

    private FuzzIntake() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        WAL.doWork();
        final long before = WAL.stats().shards().getFirst().tail();
        try {
            switch (input[0] & 3) {
                case 0 -> INTAKE.otlp(input, 1, input.length - 1, OUTCOME);
                case 1 -> INTAKE.otlpJson(input, 1, input.length - 1, OUTCOME);
                case 2 -> INTAKE.remoteWrite1(input, 1, input.length - 1, OUTCOME);
                default -> INTAKE.remoteWrite2(input, 1, input.length - 1, OUTCOME);
            }
            if (PLANTED && OUTCOME.rejected() > 0 && OUTCOME.samples() > 0) {
                throw new IllegalStateException("planted");
            }
        } catch (BadMessageException _) {
            if (WAL.stats().shards().getFirst().tail() != before) {
                throw new IllegalStateException("refused, and yet in the log");
            }
        }
    }

    /// A log that hardly keeps anything, and to which nobody writes but the decoders.
    private static MappedWal wal() {
        try {
            final Path directory = Files.createTempDirectory("seriatim-fuzz-intake");
            final MappedWal wal = MappedWal.open(WalConfig.at(directory.resolve("wal"))
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .segmentBytes(1 << 20)
                    .retainBytes(1 << 20)
                    .callerRuns(true)
                    .backpressure(Backpressure.fail()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                wal.close();
                delete(directory);
            }));
            return wal;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
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
