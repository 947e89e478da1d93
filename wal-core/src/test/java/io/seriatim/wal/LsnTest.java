package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LsnTest {
    private static final int LAST_SHARD = Lsn.MAX_SHARDS - 1;
    private static final long LAST_POSITION = Lsn.POSITION_LIMIT - 1;

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "1, 0", "7, 4096", "1023, 9007199254740991", "0, 9007199254740991", "1023, 0"})
    void shouldUnpackWhatWasPacked(int shard, long position) {
        final long lsn = Lsn.of(shard, position);

        assertTrue(lsn >= 0);
        assertEquals(shard, Lsn.shard(lsn));
        assertEquals(position, Lsn.position(lsn));
        assertEquals(shard + ":" + position, Lsn.toString(lsn));
    }

    @Test
    void shouldFillAllBitsButTheSign() {
        assertEquals(Long.MAX_VALUE, Lsn.of(LAST_SHARD, LAST_POSITION));
    }

    @Test
    void shouldOrderLsnsOfOneShardByPosition() {
        assertTrue(Lsn.of(3, 8) < Lsn.of(3, 16));
        assertTrue(Lsn.of(3, LAST_POSITION) < Lsn.of(4, 0));
    }

    @Test
    void shouldRefuseWhenThereIsNoSuchShard() {
        assertRefused(() -> Lsn.of(-1, 0), "shard out of range [0, 1024)", "shard=-1");
        assertRefused(() -> Lsn.of(Lsn.MAX_SHARDS, 0), "shard out of range [0, 1024)", "shard=1024");
    }

    @Test
    void shouldRefuseWhenThePositionDoesNotFit() {
        assertRefused(() -> Lsn.of(0, -1), "position out of range [0, 9007199254740992)", "position=-1");
        assertRefused(() -> Lsn.of(0, Lsn.POSITION_LIMIT), "position=9007199254740992");
    }

    @Test
    void shouldNameADropWhenPrinted() {
        assertEquals("dropped", Lsn.toString(Lsn.DROPPED));
    }
}
