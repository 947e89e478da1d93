package io.seriatim.wal.mmap;

import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.format.ConsumerPosition;
import io.seriatim.wal.format.MalformedFrameException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The files of a log's named consumers: `consumers/NAME`, each replaced as a whole by whoever consumes under
/// that name, in whatever process, and read by the log before it deletes.
final class Consumers {
    static final String DIRECTORY = "consumers";

    private static final String LOCK_SUFFIX = ".lock";

    private final Storage storage;
    private final Path directory;
    private final UUID walId;

    Consumers(Storage storage, Path log, UUID walId) {
        this.storage = storage;
        this.directory = log.resolve(DIRECTORY);
        this.walId = walId;
    }

    /// How far all consumers have come: the least position of each shard.
    ///
    /// @param positions of all of them
    /// @param unknown   true if one cannot be read: then everything may be needed
    record Held(List<ConsumerPosition> positions, boolean unknown) {
        /// @return the position from which on a shard is needed; nothing of it is: the largest long
        long from(int shard) {
            if (unknown) {
                return 0;
            }
            long from = Long.MAX_VALUE;
            for (final ConsumerPosition each : positions) {
                from = Math.min(from, each.position(shard));
            }
            return from;
        }
    }

    /// @throws IllegalArgumentException if it is no name for a consumer
    static String checkedName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "a consumer's name is 1 to 64 of A-Z a-z 0-9 . _ - and does not begin with"
                            + " a point or end in .lock or .tmp: name=" + name);
        }
        return name;
    }

    private static boolean isName(String name) {
        return name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
                && !name.endsWith(LOCK_SUFFIX)
                && !name.endsWith(LogFiles.TEMPORARY_SUFFIX);
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    Path lockFile(String name) {
        return directory.resolve(name + LOCK_SUFFIX);
    }

    void create() throws IOException {
        storage.createDirectories(directory);
    }

    /// @return the position of a consumer, or null if there is none of that name
    /// @throws UnsupportedFormatException if the file is damaged, or another log's
    ConsumerPosition read(String name) throws IOException {
        final Path file = file(name);
        if (!storage.exists(file)) {
            return null;
        }
        try {
            final ConsumerPosition position = ConsumerPosition.decode(bytes(file));
            if (!position.walId().equals(walId)) {
                throw new UnsupportedFormatException(file, "log of a consumer", position.walId(), walId);
            }
            return position;
        } catch (MalformedFrameException failure) {
            throw new UnsupportedFormatException(
                    file, "position of a consumer", failure.getMessage(), "what a consumer has stored");
        }
    }

    private byte[] bytes(Path file) throws IOException {
        return SmallFile.read(storage, file, ConsumerPosition.MAX_BYTES);
    }

    /// Makes a consumer's position durable.
    void store(String name, long[] positions) throws IOException {
        SmallFile.replace(storage, file(name), new ConsumerPosition(walId, positions).encode());
    }

    void delete(String name) throws IOException {
        storage.delete(file(name));
        storage.syncDirectory(directory);
    }

    /// What has another kind of name is nobody's position, and holds nothing.
    private List<String> names() throws IOException {
        if (!storage.exists(directory)) {
            return List.of();
        }
        return storage.list(directory).stream().filter(Consumers::isName).toList();
    }

    /// Looks at all of them. A file of another log holds nothing.
    Held held() {
        final List<ConsumerPosition> positions = new ArrayList<>();
        try {
            for (final String name : names()) {
                if (!storage.exists(file(name))) {
                    continue; // forgotten meanwhile
                }
                final ConsumerPosition position = ConsumerPosition.decode(bytes(file(name)));
                if (position.walId().equals(walId)) {
                    positions.add(position);
                }
            }
            return new Held(positions, false);
        } catch (IOException | MalformedFrameException failure) {
            return new Held(positions, true);
        }
    }
}
