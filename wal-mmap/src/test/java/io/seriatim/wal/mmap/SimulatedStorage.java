package io.seriatim.wal.mmap;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// A file system in memory that knows what of it would survive. Thread-safe.
///
/// The model, which is what [Storage] promises and not a byte more:
///
/// * A force makes durable what was stored in its range when it was called, whole sectors of 512 bytes; the force
///   of a file its length too. Of every other sector the device holds the old content or any version that it has had
///   since, each sector by itself; while a force runs, that is true of its range too. A sector may tear between any
///   two words of 8 bytes.
/// * Creating, renaming and deleting are durable once their directory is synced; before, each may have happened or
///   not, each by itself. A rename happens whole or not at all. Forcing a file does not make its name durable.
/// * A file that was never forced may hold, in place of what was written, zeros, or what a deleted file left in its
///   blocks; and it may be shorter.
/// * Killing a process loses its mappings and its lock, nothing else.
final class SimulatedStorage implements Storage, AutoCloseable {
    private static final AtomicLong IMAGES = new AtomicLong();

    private final UUID bootId;
    private final Path root = Path.of("/simulated-" + IMAGES.incrementAndGet());
    private final Map<Path, SimulatedFile> current = new TreeMap<>();
    private final Map<Path, SimulatedFile> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();
    private final Set<SimulatedFile> mapped = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean locked;
    private byte[] lastDeleted;
    private Runnable whileForcing = () -> {};

    /// What one call has done to the entries of directories.
    ///
    /// @param entries per name its file, null for none
    private record Change(Map<Path, SimulatedFile> entries) {
        boolean isIn(Path directory) {
            return entries.keySet().stream().anyMatch(path -> directory.equals(path.getParent()));
        }

        void applyTo(Map<Path, SimulatedFile> names) {
            entries.forEach((path, file) -> {
                if (file == null) {
                    names.remove(path);
                } else {
                    names.put(path, file);
                }
            });
        }
    }

    SimulatedStorage() {
        this(UUID.randomUUID());
        final Path slash = Path.of("/");
        current.put(slash, SimulatedFile.DIRECTORY);
        durable.put(slash, SimulatedFile.DIRECTORY);
    }

    private SimulatedStorage(UUID bootId) {
        this.bootId = bootId;
    }

    /// @return what is on disk after power loss, as the next boot finds it
    synchronized SimulatedStorage crash(CrashPolicy policy) {
        final List<SimulatedFile> files = files();
        final int[][] choices = new int[files.size()][];
        int items = pending.size();
        for (int i = 0; i < choices.length; i++) {
            choices[i] = files.get(i).choices();
            items += choices[i].length;
        }
        final Map<Path, SimulatedFile> names = new TreeMap<>(durable);
        int item = 0;
        for (final Change change : pending) {
            if ((policy.survivors(item++, items) & 1) != 0) {
                change.applyTo(names);
            }
        }
        names.keySet().removeIf(path -> !isReachable(path, names));
        final Map<SimulatedFile, SimulatedFile> survivors = new IdentityHashMap<>();
        for (int i = 0; i < choices.length; i++) {
            final SimulatedFile file = files.get(i);
            survivors.put(file, file == SimulatedFile.DIRECTORY ? file : file.crash(policy, item, items));
            item += choices[i].length;
        }
        final SimulatedStorage after = new SimulatedStorage(UUID.randomUUID());
        names.forEach((path, file) -> after.durable.put(path, survivors.get(file)));
        after.current.putAll(after.durable);
        return after;
    }

    private static boolean isReachable(Path path, Map<Path, SimulatedFile> names) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (!names.containsKey(above)) {
                return false;
            }
        }
        return true;
    }

    /// @return what the next process finds when this one is killed
    synchronized SimulatedStorage killProcess() {
        final Map<SimulatedFile, SimulatedFile> copies = new IdentityHashMap<>();
        for (final SimulatedFile file : files()) {
            copies.put(file, file == SimulatedFile.DIRECTORY ? file : file.copy());
        }
        final SimulatedStorage after = new SimulatedStorage(bootId);
        current.forEach((path, file) -> after.current.put(path, copies.get(file)));
        durable.forEach((path, file) -> after.durable.put(path, copies.get(file)));
        for (final Change change : pending) {
            final Map<Path, SimulatedFile> entries = new HashMap<>();
            change.entries.forEach((path, file) -> entries.put(path, file == null ? null : copies.get(file)));
            after.pending.add(new Change(entries));
        }
        return after;
    }

    /// @return per item that a crash decides on how many versions it has beside what the device holds: first the
    ///         changes of directories, then lengths and sectors
    synchronized int[] choices() {
        final IntStream changes = pending.stream().mapToInt(_ -> 1);
        return IntStream.concat(changes, files().stream().flatMapToInt(file -> IntStream.of(file.choices())))
                .toArray();
    }

    /// @return the number of items that a crash decides on
    int unforced() {
        return choices().length;
    }

    /// Takes what has been stored to mappings since the last time for versions of their sectors.
    synchronized void note() {
        mapped.forEach(SimulatedFile::note);
    }

    /// What happens while a force of a mapping is under way: stores that it does not cover, crashes in its middle.
    void whileForcing(Runnable action) {
        whileForcing = action;
    }

    /// Every file that has a name, or may have one after a crash, in a fixed order.
    private List<SimulatedFile> files() {
        final Set<SimulatedFile> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        final List<SimulatedFile> files = new ArrayList<>();
        final List<SimulatedFile> named = new ArrayList<>(durable.values());
        named.addAll(current.values());
        pending.forEach(change -> named.addAll(change.entries.values()));
        for (final SimulatedFile file : named) {
            if (file != null && seen.add(file)) {
                files.add(file);
            }
        }
        return files;
    }

    /// @return the content of every file
    synchronized Map<Path, byte[]> contents() {
        final Map<Path, byte[]> contents = new TreeMap<>();
        current.forEach((path, file) -> {
            if (file != SimulatedFile.DIRECTORY) {
                contents.put(path, file.bytes());
            }
        });
        return contents;
    }

    /// @return true if every byte of a file has been written
    synchronized boolean isWhole(Path file) {
        return current.get(file).isWhole();
    }

    /// Cuts a file off at its beginning.
    synchronized void truncate(Path file) {
        current.get(file).truncate();
    }

    /// @return how many files are mapped
    synchronized int mapped() {
        return mapped.size();
    }

    /// Gives back the memory of mappings that a process which is no more had.
    @Override
    public synchronized void close() {
        mapped.forEach(SimulatedFile::unmap);
        mapped.clear();
    }

    @Override
    public synchronized boolean exists(Path path) {
        return current.containsKey(path);
    }

    @Override
    public synchronized boolean isRegularFile(Path path) {
        return current.containsKey(path) && current.get(path) != SimulatedFile.DIRECTORY;
    }

    /// Another one for each image: in this process the logs of dead ones still hold theirs.
    @Override
    public Path realPath(Path directory) {
        return root.resolve(directory.toString().substring(1));
    }

    @Override
    public synchronized List<String> list(Path directory) throws IOException {
        if (find(directory) != SimulatedFile.DIRECTORY) {
            throw new NotDirectoryException(directory.toString());
        }
        return current.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .map(path -> path.getFileName().toString())
                .sorted()
                .toList();
    }

    private SimulatedFile find(Path path) throws IOException {
        final SimulatedFile file = current.get(path);
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file;
    }

    private void change(Map<Path, SimulatedFile> entries) {
        final Change change = new Change(entries);
        change.applyTo(current);
        pending.add(change);
    }

    private void add(Path path, SimulatedFile file) throws IOException {
        find(path.getParent());
        if (current.containsKey(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        change(Map.of(path, file));
    }

    @Override
    public synchronized void createDirectory(Path directory) throws IOException {
        add(directory, SimulatedFile.DIRECTORY);
    }

    @Override
    public synchronized StorageFile create(Path path) throws IOException {
        note();
        final SimulatedFile file = SimulatedFile.over(lastDeleted);
        add(path, file);
        return new OpenFile(file);
    }

    @Override
    public synchronized StorageFile open(Path path, boolean write) throws IOException {
        note();
        final SimulatedFile file = find(path);
        if (file == SimulatedFile.DIRECTORY) {
            throw new IOException(path + ": is a directory");
        }
        return new OpenFile(file);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        note();
        final Map<Path, SimulatedFile> entries = new HashMap<>();
        entries.put(to, find(from));
        entries.put(from, null);
        change(entries);
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        note();
        find(directory);
        pending.removeIf(change -> {
            if (change.isIn(directory)) {
                change.applyTo(durable);
                return true;
            }
            return false;
        });
    }

    @Override
    public synchronized void delete(Path path) {
        note();
        final SimulatedFile gone = current.get(path);
        if (gone != null) {
            lastDeleted = gone == SimulatedFile.DIRECTORY ? lastDeleted : gone.deviceBytes();
            final Map<Path, SimulatedFile> entries = new HashMap<>();
            entries.put(path, null);
            change(entries);
        }
    }

    @Override
    public synchronized AutoCloseable lock(Path file) throws IOException {
        if (locked) {
            return null;
        }
        if (!current.containsKey(file)) {
            add(file, new SimulatedFile());
        }
        locked = true;
        return () -> locked = false;
    }

    /// What is published comes and goes with the clock, and would be another dirty sector in every image.
    @Override
    public boolean isSeenByOthers() {
        return false;
    }

    @Override
    public UUID bootId() {
        return bootId;
    }

    private final class OpenFile implements StorageFile {
        private final SimulatedFile file;

        OpenFile(SimulatedFile file) {
            this.file = file;
        }

        @Override
        public long size() {
            synchronized (SimulatedStorage.this) {
                return file.length();
            }
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            synchronized (SimulatedStorage.this) {
                return file.read(target, offset);
            }
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            synchronized (SimulatedStorage.this) {
                file.write(source, offset);
            }
        }

        @Override
        public void force() {
            synchronized (SimulatedStorage.this) {
                file.forceAll();
            }
        }

        @Override
        public Mapping map(long length) throws IOException {
            synchronized (SimulatedStorage.this) {
                final MemorySegment memory = file.map(length);
                mapped.add(file);
                return new OpenMapping(file, memory);
            }
        }

        @Override
        public void close() {}
    }

    /// A mapping whose force can fail the way that a kernel's does.
    final class OpenMapping implements Mapping {
        private final SimulatedFile file;
        private final MemorySegment memory;

        private OpenMapping(SimulatedFile file, MemorySegment memory) {
            this.file = file;
            this.memory = memory;
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public void force(long from, long length) {
            final byte[][] taken;
            synchronized (SimulatedStorage.this) {
                taken = file.beginForce(from, from + length);
            }
            whileForcing.run();
            synchronized (SimulatedStorage.this) {
                file.note();
                file.endForce(taken);
            }
        }

        /// Leaves the range clean, and not on the device.
        void forceFails(long from, long length) {
            synchronized (SimulatedStorage.this) {
                file.forceFails(from, from + length);
            }
        }

        @Override
        public void close() {
            synchronized (SimulatedStorage.this) {
                file.unmap();
                mapped.remove(file);
            }
        }
    }
}
