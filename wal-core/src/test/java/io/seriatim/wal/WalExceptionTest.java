package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every error: the facts are fields, the message is one line with every number and ends with what to try.
class WalExceptionTest {
    private static final IOException CAUSE = new IOException("No space left on device");
    private static final Path FILE = Path.of("wal", "shard-001");

    @Test
    void shouldNameTheShardWhenClosed() {
        final WalClosedException closed = new WalClosedException(3);

        assertEquals(3, closed.shard());
        assertSays(closed, "log is closed", "shard=3", "(open it again");
    }

    @Test
    void shouldNameShardPositionAndCauseWhenPoisoned() {
        final WalPoisonedException poisoned = new WalPoisonedException(3, Lsn.of(3, 4096), CAUSE);

        assertEquals(3, poisoned.shard());
        assertEquals(Lsn.of(3, 4096), poisoned.durable());
        assertSame(CAUSE, poisoned.getCause());
        assertSays(poisoned, "shard=3", "durable=4096", "No space left on device", "outcome", "(close the log");
    }

    @Test
    void shouldNameShardWaitAndReasonWhenFull() {
        final WalFullException full = new WalFullException(3, Duration.ofMillis(1500), "maxBytes reached", null);

        assertEquals(3, full.shard());
        assertEquals(Duration.ofMillis(1500), full.waited());
        assertEquals("maxBytes reached", full.reason());
        assertNull(full.getCause());
        assertSays(full, "shard=3", "waitedMs=1500", "reason=maxBytes reached", "(free space");
    }

    @Test
    void shouldNameTheProcessWhenLocked() {
        final WalLockedException locked = new WalLockedException(FILE, 4711);

        assertEquals(FILE, locked.directory());
        assertEquals(4711, locked.pid());
        assertSays(locked, "directory=" + FILE, "pid=4711", "(one writer at a time");
    }

    @Test
    void shouldSaySoWhenTheProcessIsNotKnown() {
        final WalLockedException locked = new WalLockedException(FILE, -1);

        assertEquals(-1, locked.pid());
        assertSays(locked, "pid=unknown");
    }

    @Test
    void shouldNameActionAndFileWhenTheFileSystemRefuses() {
        final WalIoException failed = new WalIoException("force the directory", FILE, CAUSE);

        assertEquals("force the directory", failed.action());
        assertEquals(FILE, failed.file());
        assertSame(CAUSE, failed.getCause());
        assertSays(failed, "cannot force the directory", "file=" + FILE, "No space left", "try again)");
        assertSays(
                new WalIoException("read the log", FILE, new AccessDeniedException("seriatim.lock")),
                "seriatim.lock",
                "(this user may not: ");
    }

    @Test
    void shouldNameBothLsnsWhenNotDurableInTime() {
        final DurabilityTimeoutException late =
                new DurabilityTimeoutException(Lsn.of(1, 640), Lsn.of(1, 512), Duration.ofSeconds(2));

        assertEquals(Lsn.of(1, 640), late.lsn());
        assertEquals(Lsn.of(1, 512), late.durable());
        assertEquals(Duration.ofSeconds(2), late.timeout());
        assertSays(late, "outcome unknown", "lsn=1:640", "durable=1:512", "timeoutMs=2000", "(await the lsn again");
    }

    @Test
    void shouldNameTheLimitWhenThereAreTooManySeries() {
        final SeriesLimitException tooMany = new SeriesLimitException(2, 1000, "evict idle series");

        assertEquals(2, tooMany.shard());
        assertEquals(1000, tooMany.limit());
        assertSays(tooMany, "shard=2", "limit=1000", "(evict idle series)");
    }

    @Test
    void shouldNameBothSidesWhenTheFormatDoesNotFit() {
        final UnsupportedFormatException newer = new UnsupportedFormatException(FILE, "format version", 2, 1);

        assertEquals(FILE, newer.file());
        assertEquals("format version", newer.property());
        assertEquals("2", newer.found());
        assertEquals("1", newer.supported());
        assertSays(newer, "unsupported format version", "file=" + FILE, "found=2", "supported=1", "(open it with");
    }

    @Test
    void shouldNameTheReasonWhenThereIsNoLog() {
        final NotALogException none = new NotALogException(FILE, "it holds photos");

        assertEquals(FILE, none.directory());
        assertEquals("it holds photos", none.reason());
        assertSays(
                none, "not a log", "directory=" + FILE, "reason=it holds photos", "in an empty or missing directory)");
    }

    @Test
    void shouldCarryTheDamageWhenThereIsAny() {
        final Damage damage = new Damage(
                FILE, 1, 4096, 32, 8192, Damage.Kind.CHECKSUM, Damage.Verdict.LOST, 1, "stored=0x0 computed=0x1");
        final DamagedLogException damaged = new DamagedLogException(damage);

        assertSame(damage, damaged.damage());
        assertSays(damaged, "damaged log: LOST CHECKSUM", "offset=4096", "length=32", "stored=0x0", "(use SALVAGE");
    }

    /// A new case belongs into this test.
    @Test
    void shouldTestEveryCase() {
        final Set<Class<?>> tested = Set.of(
                WalClosedException.class,
                WalPoisonedException.class,
                WalFullException.class,
                WalLockedException.class,
                WalIoException.class,
                DurabilityTimeoutException.class,
                SeriesLimitException.class,
                UnsupportedFormatException.class,
                NotALogException.class,
                DamagedLogException.class);

        assertTrue(WalException.class.isSealed());
        assertEquals(
                tested,
                List.of(WalException.class.getPermittedSubclasses()).stream().collect(Collectors.toSet()));
    }
}
