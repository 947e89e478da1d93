package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ReplayOptionsTest {
    private static final ReplayOptions DEFAULTS = ReplayOptions.defaults();

    @Test
    void shouldReadEverythingInTurnByDefault() {
        assertEquals(
                new ReplayOptions(
                        ReplayPolicy.SALVAGE, Long.MIN_VALUE, Long.MAX_VALUE, 1, 64 << 20, ReplayProgress.SILENT),
                DEFAULTS);
    }

    @Test
    void shouldChangeOneComponentAndNoOther() {
        final ReplayProgress progress = (_, _) -> {};

        assertEquals(
                new ReplayOptions(ReplayPolicy.PREFIX, -5, 9, 4, 1 << 20, progress, 7),
                DEFAULTS.policy(ReplayPolicy.PREFIX)
                        .between(-5, 9)
                        .threads(4)
                        .labelBytes(7)
                        .memoryBytes(1 << 20)
                        .progress(progress));
        assertEquals(DEFAULTS, DEFAULTS.policy(ReplayPolicy.STRICT).policy(ReplayPolicy.SALVAGE));
        assertEquals(DEFAULTS, DEFAULTS.threads(4).threads(1));
    }

    @Test
    void shouldAcceptOneInstantAndRefuseAReversedRange() {
        assertEquals(7, DEFAULTS.between(7, 7).until());
        assertRefused(() -> DEFAULTS.between(8, 7), "from must not exceed until", "from=8", "until=7");
    }

    @Test
    void shouldBoundTheThreads() {
        assertEquals(256, DEFAULTS.threads(ReplayOptions.MAX_THREADS).threads());
        assertRefused(() -> DEFAULTS.threads(0), "threads out of range [1, 256]", "threads=0");
        assertRefused(() -> DEFAULTS.threads(257), "threads out of range [1, 256]", "threads=257");
    }

    @Test
    void shouldWantMemoryForEachThread() {
        assertEquals(65536, DEFAULTS.memoryBytes(65536).memoryBytes());
        assertRefused(() -> DEFAULTS.memoryBytes(65535), "at least 65536", "memoryBytes=65535", "threads=1");
        assertRefused(() -> DEFAULTS.memoryBytes(65536).threads(2), "memoryBytes=65536", "threads=2");
    }

    @Test
    void shouldNotBoundLabelsUnlessAsked() {
        assertEquals(Long.MAX_VALUE, DEFAULTS.labelBytes());
        assertEquals(0, DEFAULTS.labelBytes(0).threads(2).labelBytes());
        assertRefused(() -> DEFAULTS.labelBytes(-1), "must not be negative", "labelBytes=-1");
    }

    @Test
    void shouldNameThePartWhenItIsNull() {
        assertEquals(
                "policy",
                assertThrows(NullPointerException.class, () -> DEFAULTS.policy(null))
                        .getMessage());
        assertEquals(
                "progress",
                assertThrows(NullPointerException.class, () -> DEFAULTS.progress(null))
                        .getMessage());
    }
}
