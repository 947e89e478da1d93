package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// A disk in memory that forgets what was not forced, for an engine's log and for small files of its own. For
/// embedders: see [CrashSimulator]. One thread.
///
/// Paths are absolute; there is nothing but `/` in the beginning. A file's content survives power loss after
/// [#force], its name, or its absence, after [#syncDirectory] of the directory above it. Both are needed.
public final class SimulatedDisk implements AutoCloseable {
    private final SimulatedStorage storage;
    private final FaultyStorage watched;
    private final CrashSimulator simulator;
    private final int depth;
    private boolean powerLost;

    SimulatedDisk(SimulatedStorage storage, CrashSimulator simulator, int depth) {
        this.storage = storage;
        this.simulator = simulator;
        this.depth = depth;
        this.watched = new FaultyStorage(storage);
        watched.observe(_ -> simulator.moment(this));
        storage.whileForcing(() -> simulator.moment(this));
    }

    /// Opens a log on this disk. It runs on the caller's thread: wait for durability ([Wal#flush()],
    /// [Wal#awaitDurable]) or call [MappedWal#doWork()] to have work done.
    ///
    /// @param config with short segments, as far as the engine allows: everything else gets slow
    public MappedWal open(WalConfig config) {
        return MappedWal.open(config.callerRuns(true), watched, (_, _) -> simulator.moment(this));
    }

    /// Replays a log on this disk.
    public ReplayReport replay(Path directory, ReplayOptions options, ReplayHandler handler) {
        return MappedWal.replay(watched, directory, options, handler);
    }

    /// @return true if there is a file or directory of that name
    public boolean exists(Path path) {
        return storage.exists(path);
    }

    /// @return the names in a directory, sorted
    public List<String> list(Path directory) throws IOException {
        return storage.list(directory);
    }

    /// @return a file's content
    public byte[] read(Path path) throws IOException {
        try (StorageFile file = watched.open(path, false)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
                // The rest.
            }
            return bytes.array();
        }
    }

    /// Creates a file, or cuts off the one that is there, and writes. Nothing is durable.
    public void write(Path path, byte[] content) throws IOException {
        if (storage.exists(path)) {
            storage.truncate(path);
        }
        try (StorageFile file = storage.exists(path) ? watched.open(path, true) : watched.create(path)) {
            file.write(ByteBuffer.wrap(content), 0);
        }
        simulator.moment(this);
    }

    /// Makes a file's content and length durable, not its name.
    public void force(Path path) throws IOException {
        try (StorageFile file = watched.open(path, true)) {
            file.force();
        }
    }

    /// Creates a directory and those above it, and makes their names durable.
    public void createDirectories(Path directory) throws IOException {
        watched.createDirectories(directory);
    }

    /// Renames, replacing what is there: wholly or not at all.
    public void rename(Path from, Path to) throws IOException {
        watched.rename(from, to);
    }

    /// Deletes a file if there is one.
    public void delete(Path path) throws IOException {
        watched.delete(path);
    }

    /// Makes the names in a directory durable.
    public void syncDirectory(Path directory) throws IOException {
        watched.syncDirectory(directory);
    }

    SimulatedStorage storage() {
        return storage;
    }

    int depth() {
        return depth;
    }

    boolean powerLost() {
        return powerLost;
    }

    void lostPower(boolean lost) {
        powerLost = lost;
    }

    /// Gives its memory back. The simulator does it.
    @Override
    public void close() {
        storage.close();
    }
}
