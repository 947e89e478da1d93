package io.seriatim.wal.mmap;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Files in an array each, for machines that read millions of logs. It forgets nothing and fails nothing. Threads
/// may read it together; one at a time may write.
final class MemoryStorage implements Storage {
    private final Map<Path, Content> files = new TreeMap<>();
    private final UUID bootId;

    /// A file's bytes, aligned for atomic access; null in a directory.
    private static final class Content {
        private MemorySegment memory = MemorySegment.ofArray(new long[0]);
        private long length;

        void grow(long wanted) {
            if (wanted > memory.byteSize()) {
                final MemorySegment larger =
                        MemorySegment.ofArray(new long[Math.toIntExact(Math.max(wanted, 2 * length) + 7 >> 3)]);
                MemorySegment.copy(memory, 0, larger, 0, length);
                memory = larger;
            }
            length = Math.max(length, wanted);
        }
    }

    MemoryStorage() {
        this(new UUID(0x5e71a71bL, 1));
    }

    private MemoryStorage(UUID bootId) {
        this.bootId = bootId;
    }

    /// @return the same files in another run of the machine
    MemoryStorage copy(UUID bootId) {
        final MemoryStorage copy = new MemoryStorage(bootId);
        files.forEach((path, content) -> {
            if (content.memory != null) {
                copy.put(path, bytes(path));
            }
        });
        return copy;
    }

    /// Puts a file, and the directories above it, in place.
    MemoryStorage put(Path path, byte[] bytes) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            files.putIfAbsent(above, new Content());
            files.get(above).memory = null;
        }
        final Content content = new Content();
        content.grow(bytes.length);
        MemorySegment.copy(bytes, 0, content.memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        files.put(path, content);
        return this;
    }

    /// The same, with a hole up to a length of any size.
    MemoryStorage putSparse(Path path, byte[] bytes, long length) {
        put(path, bytes);
        files.get(path).length = length;
        return this;
    }

    /// Flips one bit.
    void flip(Path path, int offset, int bit) {
        final MemorySegment memory = files.get(path).memory;
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) (memory.get(ValueLayout.JAVA_BYTE, offset) ^ 1 << bit));
    }

    byte[] bytes(Path path) {
        final Content content = files.get(path);
        return content.memory.asSlice(0, content.length).toArray(ValueLayout.JAVA_BYTE);
    }

    private Content file(Path path) throws IOException {
        final Content content = files.get(path);
        if (content == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (content.memory == null) {
            throw new IOException(path + ": is a directory");
        }
        return content;
    }

    @Override
    public boolean exists(Path path) {
        return files.containsKey(path);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return files.containsKey(path) && files.get(path).memory != null;
    }

    @Override
    public Path realPath(Path directory) {
        return Path.of("/memory-" + System.identityHashCode(this)).resolve(directory.getFileName());
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        if (!exists(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        if (isRegularFile(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        return files.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .map(path -> path.getFileName().toString())
                .toList();
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        if (exists(directory)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        final Content content = new Content();
        content.memory = null;
        files.put(directory, content);
    }

    @Override
    public StorageFile create(Path path) throws IOException {
        if (exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        final Content content = new Content();
        files.put(path, content);
        return new OpenFile(content);
    }

    @Override
    public StorageFile open(Path path, boolean write) throws IOException {
        return new OpenFile(file(path));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.put(to, file(from));
        files.remove(from);
    }

    @Override
    public void syncDirectory(Path directory) {}

    @Override
    public void delete(Path path) {
        files.remove(path);
    }

    @Override
    public AutoCloseable lock(Path file) {
        files.putIfAbsent(file, new Content());
        return () -> {};
    }

    @Override
    public boolean isSeenByOthers() {
        return false;
    }

    @Override
    public UUID bootId() {
        return bootId;
    }

    private record OpenFile(Content content) implements StorageFile {
        @Override
        public long size() {
            return content.length;
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            final int count = (int) Math.min(target.remaining(), content.length - offset);
            if (count <= 0) {
                return target.hasRemaining() ? -1 : 0;
            }
            final MemorySegment to = MemorySegment.ofBuffer(target);
            final long stored = Math.clamp(content.memory.byteSize() - offset, 0, count);
            MemorySegment.copy(content.memory, Math.min(offset, content.memory.byteSize()), to, 0, stored);
            to.asSlice(stored, count - stored).fill((byte) 0);
            target.position(target.position() + count);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            content.grow(offset + source.remaining());
            MemorySegment.copy(MemorySegment.ofBuffer(source), 0, content.memory, offset, source.remaining());
            source.position(source.limit());
        }

        @Override
        public void force() {}

        @Override
        public Mapping map(long length) throws IOException {
            if (content.length < length) {
                throw new NoSuchFileException("file is shorter than its mapping: length=" + content.length);
            }
            return new WholeFile(content.memory);
        }

        @Override
        public void close() {}
    }

    private record WholeFile(MemorySegment memory) implements Mapping {
        @Override
        public void force(long from, long length) {}

        @Override
        public void close() {}
    }
}
