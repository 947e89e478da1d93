package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CheckpointTest {
    @Test
    void shouldHoldOneLsnForEachShard() {
        final Checkpoint checkpoint = Checkpoint.of(Lsn.of(0, 64), Lsn.of(1, 0), Lsn.of(2, 4096));

        assertEquals(3, checkpoint.shards());
        assertEquals(Lsn.of(2, 4096), checkpoint.lsn(2));
        assertEquals("Checkpoint[0:64, 1:0, 2:4096]", checkpoint.toString());
        assertThrows(IndexOutOfBoundsException.class, () -> checkpoint.lsn(3));
    }

    @Test
    void shouldKeepItsLsnsWhenTheSourceChanges() {
        final long[] lsns = {Lsn.of(0, 64), Lsn.of(1, 128)};
        final Checkpoint checkpoint = Checkpoint.of(lsns);
        final Checkpoint copy = Checkpoint.copyOf(checkpoint);

        lsns[0] = Lsn.of(0, 8);

        assertEquals(Lsn.of(0, 64), checkpoint.lsn(0));
        assertEquals(checkpoint, copy);
        assertEquals(checkpoint.hashCode(), copy.hashCode());
        assertNotEquals(checkpoint, Checkpoint.of(lsns));
    }

    @Test
    void shouldBeEmptyWhenGivenNothing() {
        assertEquals(0, Checkpoint.of().shards());
        assertEquals("Checkpoint[]", Checkpoint.of().toString());
    }

    @Test
    void shouldRefuseWhenAnLsnIsOfAnotherShard() {
        assertRefused(
                () -> Checkpoint.of(Lsn.of(0, 8), Lsn.of(2, 8)), "lsn of another shard", "expected shard=1", "lsn=2:8");
    }

    @Test
    void shouldRefuseWhenAnAppendWasDropped() {
        assertRefused(() -> Checkpoint.of(Lsn.DROPPED), "expected shard=0", "lsn=dropped");
    }
}
