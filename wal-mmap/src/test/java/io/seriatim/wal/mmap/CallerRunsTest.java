package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Durability;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalFullException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A log without threads of its own: who waits does the work.
@Timeout(60)
@ExtendWith(QuietLog.class)
class CallerRunsTest {
    private static final Labels UP = Labels.of("__name__", "up");

    @TempDir
    private Path directory;

    private WalConfig config() {
        return WalConfig.at(directory).segmentBytes(8 * 1024).callerRuns(true);
    }

    @Test
    void shouldStartNoThreadWhenTheCallerRuns() {
        try (MappedWal wal = MappedWal.open(config())) {
            assertFalse(Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().startsWith("wal-")));
            assertEquals(wal.config(), config());
        }
    }

    @Test
    void shouldMakeSpaceAndForceWhenTheOnlyThreadBlocks() throws Exception {
        try (MappedWal wal = MappedWal.open(config().durability(Durability.GROUP))) {
            final SeriesHandle up = wal.series(UP);
            for (int i = 0; i < 1000; i++) {
                final long lsn = up.append(i, i);
                assertTrue(wal.durable(0) >= lsn);
            }
            wal.flush();
        }
        assertEquals(1000, Replayed.of(directory).samples);
    }

    @Test
    void shouldMakeSpaceWhenTheOnlyThreadIsInterrupted() {
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle up = wal.series(UP);
            Thread.currentThread().interrupt();
            for (int i = 0; i < 1000; i++) {
                up.append(i, i);
            }
            assertTrue(Thread.interrupted());
            assertEquals(0, wal.stats().shards().getFirst().failedPreparations());
        }
        assertEquals(1000, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("A waiter whose cycle found an open claim looks again when it is committed, not when its time is over")
    void shouldBecomeDurableWhenAnotherProducersClaimWasOpen() throws Exception {
        final CountDownLatch claimed = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final Thread[] slow = new Thread[1];
        final ClaimHook hook = (_, _) -> {
            if (Thread.currentThread() == slow[0]) {
                claimed.countDown();
                CloseTest.awaitQuietly(go);
            }
        };
        try (MappedWal wal = MappedWal.open(config(), FileStorage.INSTANCE, hook)) {
            final SeriesHandle up = wal.series(UP);
            slow[0] = Thread.ofPlatform().unstarted(() -> up.append(1, 1));
            slow[0].start();
            claimed.await();
            final long lsn = up.append(2, 2);
            assertFalse(wal.awaitDurable(lsn, Duration.ofMillis(50)));

            Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(100);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                go.countDown();
            });
            final long startNs = System.nanoTime();
            assertTrue(wal.awaitDurable(lsn, Duration.ofSeconds(20)));
            assertTrue(System.nanoTime() - startNs < 10_000_000_000L);
            slow[0].join();
        }
    }

    @Test
    void shouldNotRunItselfWhenAListenerWorksOrAppends() {
        final AtomicInteger calls = new AtomicInteger();
        final WalConfig config = config().backpressure(Backpressure.block(Duration.ofMillis(20)));
        try (MappedWal wal = MappedWal.open(config)) {
            final SeriesHandle up = wal.series(UP);
            wal.onDurable(_ -> {
                calls.incrementAndGet();
                assertEquals(0, wal.doWork());
                // More than a segment takes: there is nobody to make space, so this must end by itself.
                assertThrows(WalFullException.class, () -> {
                    for (int i = 0; i < 10_000; i++) {
                        up.append(i, i);
                    }
                });
            });
            up.appendDurable(1, 1);
            assertEquals(1, calls.get());
        }
    }

    @Test
    void shouldRefuseToWorkWhenTheLogHasItsOwnThreads() {
        try (MappedWal wal = MappedWal.open(config().callerRuns(false))) {
            assertThrows(IllegalStateException.class, wal::doWork);
        }
    }
}
