package io.seriatim.tools;

import io.seriatim.wal.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// How many shards a log has.
public final class LogShards {
    private LogShards() {}

    /// As many as there are, so that a series stays where it is.
    ///
    /// @return at least 1
    /// @throws CannotRunException if the directory cannot be read
    public static int count(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            final long count = entries.filter(
                            entry -> entry.getFileName().toString().matches("shard-\\d{3,}"))
                    .count();
            return Math.clamp(count, 1, Lsn.MAX_SHARDS);
        } catch (IOException failure) {
            throw new CannotRunException("cannot list the log: directory=" + directory + " cause=" + failure);
        }
    }
}
