package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalIoException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An opening that fails half way leaves nothing open, locked or mapped.
@Timeout(60)
@ExtendWith(QuietLog.class)
class OpeningFailureTest {
    @TempDir
    private Path directory;

    private WalConfig config() {
        return WalConfig.at(directory).shards(3).segmentBytes(64 * 1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"createDirectory", "list", "create", "write", "force", "map", "rename", "syncDirectory"})
    void shouldLeaveNothingOpenWhenTheLastShardFails(String fault) {
        final WatchedStorage storage = new WatchedStorage((call, path) -> {
            if (call.equals(fault) && path.toString().contains("shard-002")) {
                throw new IOException("no " + fault);
            }
        });

        assertThrows(WalIoException.class, () -> MappedWal.open(config(), storage, null));

        assertEquals(0, storage.openMappings.get());
        assertEquals(0, storage.openFiles.get());
        storage.watch((_, _) -> {});
        try (MappedWal wal = MappedWal.open(config(), storage, null)) {
            wal.series(Labels.of("a", "b")).append(1, 1);
        }
        assertEquals(0, storage.openMappings.get());
        assertEquals(1, Replayed.of(directory).samples);
    }

    @Test
    void shouldLeaveNothingMappedWhenTheFirstFrameFails() {
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        final ClaimHook hook = (shard, _) -> {
            if (shard == 2) {
                throw new IllegalStateException("died");
            }
        };

        assertThrows(IllegalStateException.class, () -> MappedWal.open(config(), storage, hook));

        assertEquals(0, storage.openMappings.get());
        assertEquals(0, storage.openFiles.get());
    }
}
