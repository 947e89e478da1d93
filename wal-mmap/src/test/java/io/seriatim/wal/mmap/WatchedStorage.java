package io.seriatim.wal.mmap;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// The real file system, with somebody looking on: told of every call before it is made, who may fail it or hold it
/// up. Counts what is open.
final class WatchedStorage implements Storage {
    /// Told of a call, on the thread that makes it.
    @FunctionalInterface
    interface Watcher {
        /// @param call the method's name; `force` is a file's, `msync` a mapping's
        void before(String call, Path path) throws IOException;
    }

    final AtomicInteger openFiles = new AtomicInteger();
    final AtomicInteger openMappings = new AtomicInteger();
    private final Storage disk = FileStorage.INSTANCE;
    private volatile Watcher watcher;

    WatchedStorage(Watcher watcher) {
        this.watcher = watcher;
    }

    void watch(Watcher next) {
        watcher = next;
    }

    /// @return true if the calls concern a segment's own file
    static boolean isSegment(Path path) {
        return path.getFileName().toString().contains(LogFiles.SEGMENT_SUFFIX);
    }

    @Override
    public boolean exists(Path path) {
        return disk.exists(path);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return disk.isRegularFile(path);
    }

    @Override
    public Path realPath(Path directory) throws IOException {
        return disk.realPath(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        watcher.before("list", directory);
        return disk.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        watcher.before("createDirectory", directory);
        disk.createDirectory(directory);
    }

    @Override
    public StorageFile create(Path file) throws IOException {
        watcher.before("create", file);
        return new WatchedFile(file, disk.create(file));
    }

    @Override
    public StorageFile open(Path file, boolean write) throws IOException {
        watcher.before("open", file);
        return new WatchedFile(file, disk.open(file, write));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        watcher.before("rename", to);
        disk.rename(from, to);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        watcher.before("syncDirectory", directory);
        disk.syncDirectory(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
        watcher.before("delete", file);
        disk.delete(file);
    }

    @Override
    public AutoCloseable lock(Path file) throws IOException {
        watcher.before("lock", file);
        return disk.lock(file);
    }

    @Override
    public UUID bootId() {
        return disk.bootId();
    }

    private final class WatchedFile implements StorageFile {
        private final Path path;
        private final StorageFile file;
        private boolean closed;

        WatchedFile(Path path, StorageFile file) {
            this.path = path;
            this.file = file;
            openFiles.incrementAndGet();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            watcher.before("read", path);
            return file.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            watcher.before("write", path);
            file.write(source, offset);
        }

        @Override
        public void force() throws IOException {
            watcher.before("force", path);
            file.force();
        }

        @Override
        public Mapping map(long length) throws IOException {
            watcher.before("map", path);
            return new WatchedMapping(path, file.map(length));
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                openFiles.decrementAndGet();
            }
            file.close();
        }
    }

    private final class WatchedMapping implements Mapping {
        private final Path path;
        private final Mapping mapping;

        WatchedMapping(Path path, Mapping mapping) {
            this.path = path;
            this.mapping = mapping;
            openMappings.incrementAndGet();
        }

        @Override
        public MemorySegment memory() {
            return mapping.memory();
        }

        @Override
        public void force(long from, long length) throws IOException {
            watcher.before("msync", path);
            mapping.force(from, length);
        }

        @Override
        public void close() {
            mapping.close(); // throws if it is closed already
            openMappings.decrementAndGet();
        }
    }
}
