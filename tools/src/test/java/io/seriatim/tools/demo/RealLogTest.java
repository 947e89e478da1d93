package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.tools.demo.Counterexample.Kind;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A producer and a comparer with a real log between them, sound and harmed.
@Tag("crash")
class RealLogTest {
    private static final int HEADER_BYTES = 4096;
    private static final long APPENDS = 20_000;

    @TempDir
    private Path log;

    @Test
    void shouldAcceptWhatAProducerWrote() throws Exception {
        final Ledger ledger = written(1);

        compare(new Round(1, List.of(ledger)));

        assertEquals(ledger.returned(), ledger.appendsFound());
    }

    @Test
    void shouldAcceptALaterRoundWhenEarlierOnesAreTruncatedAway() throws Exception {
        written(1);
        final Checkpoint end;
        try (MappedWal wal = MappedWal.open(config())) {
            end = wal.checkpoint();
        }
        final Ledger second = written(2);
        try (MappedWal wal = MappedWal.open(config())) {
            wal.truncateBefore(end);
        }

        compare(new Round(2, List.of(second)));

        assertEquals(second.returned(), second.appendsFound());
    }

    @Test
    void shouldFindWhatAHarmedLogLost() throws Exception {
        final Ledger ledger = written(1);
        final Path segment;
        try (Stream<Path> files = Files.walk(log)) {
            segment = files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[HEADER_BYTES + (bytes.length - HEADER_BYTES) / 2] ^= 1;
        Files.write(segment, bytes);

        final Counterexample found = assertThrows(Counterexample.class, () -> compare(new Round(1, List.of(ledger))));

        assertEquals(Kind.MISSING, found.kind(), found.getMessage());
    }

    private WalConfig config() {
        return WalConfig.at(log).shards(2).segmentBytes(64 * 1024);
    }

    private Ledger written(int round) throws InterruptedException {
        final FleetScript script = new FleetScript(3, round, 0, "fleet", new Schedule(4));
        final AtomicLong returned = new AtomicLong();
        try (MappedWal wal = MappedWal.open(config())) {
            final Thread producer = Thread.ofPlatform().start(new Producer(wal, script, returned, null));
            while (returned.get() < APPENDS && producer.isAlive()) {
                Thread.sleep(1);
            }
            producer.interrupt();
            producer.join();
        }
        final Ledger ledger = new Ledger(round, script);
        ledger.returned(returned.get());
        return ledger;
    }

    private void compare(Round round) throws IOException {
        final Comparer comparer = new Comparer(List.of(round));
        MappedWal.replay(log, ReplayOptions.defaults().threads(2), comparer);
        comparer.finish();
    }
}
