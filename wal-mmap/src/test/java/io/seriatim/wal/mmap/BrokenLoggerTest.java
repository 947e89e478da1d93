package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The user's logger fails when the log has something to say: it cannot load its classes, for no file can be opened
/// any more, or its disk is full as well.
@Timeout(60)
class BrokenLoggerTest {
    private static final Logger LOGGER = Logger.getLogger("io.seriatim.wal");

    @TempDir
    private Path directory;

    private final Handler broken = new Handler() {
        @Override
        public void publish(LogRecord record) {
            throw new NoClassDefFoundError("of the logger");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void breakLogger() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(broken);
    }

    @AfterEach
    void mendLogger() {
        LOGGER.removeHandler(broken);
        LOGGER.setUseParentHandlers(true);
    }

    @Test
    @DisplayName("P6: a logger that fails does not end the preparation of segments")
    void shouldGoOnWhenLoggerFails() {
        final FaultyStorage storage = new FaultyStorage(FileStorage.INSTANCE);
        try (MappedWal wal = MappedWal.open(
                Logs.config(directory).callerRuns(false).backpressure(Backpressure.block(Duration.ofSeconds(1))),
                storage,
                null)) {
            final Fault full = storage.fail(Call.CREATE, "*.seg.tmp").noSpace();
            assertThrows(WalFullException.class, () -> Logs.appendRange(wal, 0, 10_000));
            full.mend();
            Logs.appendRange(wal, 10_000, 20_000);
        }
    }
}
