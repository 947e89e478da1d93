package io.seriatim.wal.mmap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The real file system.
final class FileStorage implements Storage {
    static final FileStorage INSTANCE = new FileStorage();

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private FileStorage() {}

    @Override
    public boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return Files.isRegularFile(path);
    }

    @Override
    public Path realPath(Path directory) throws IOException {
        return directory.toRealPath();
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        final List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (final Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    @Override
    public StorageFile create(Path file) throws IOException {
        return new OpenFile(FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)));
    }

    @Override
    public StorageFile open(Path file, boolean write) throws IOException {
        return new OpenFile(
                write
                        ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
                        : FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException failure) {
            throw new IOException("file system cannot rename atomically: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public AutoCloseable lock(Path file) throws IOException {
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            // Held in this JVM by somebody who is not a log: the same answer as another process.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? null : channel;
    }

    @Override
    public UUID bootId() {
        try {
            return UUID.fromString(Files.readString(BOOT_ID).trim());
        } catch (IOException | IllegalArgumentException _) {
            return new UUID(0, 0);
        }
    }

    private record OpenFile(FileChannel channel) implements StorageFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return channel.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            long at = offset;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public Mapping map(long length) throws IOException {
            if (channel.size() < length) {
                throw new NoSuchFileException(
                        "file is shorter than its mapping: length=" + channel.size() + " wanted=" + length);
            }
            final Arena arena = Arena.ofShared();
            try {
                return new MappedFile(arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, length, arena));
            } catch (IOException | RuntimeException | Error failure) {
                arena.close();
                throw failure;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// One arena a file: threads that use different files then share nothing.
    ///
    /// Write-back takes the right to write from one mapped page after the other, and each time interrupts every
    /// processor that runs this process and waits for it: measured, two thirds of the flusher's time, and 3,000
    /// interruptions per million appends. So pages are taken out of the mapping before they are forced, with
    /// one interruption for each of the few blocks that make up the range. Nothing is lost by that: the pages
    /// stay in the page cache, dirty as they are, and whoever should touch one again finds it there.
    private static final class MappedFile implements Mapping {
        private final Arena arena;
        private final MemorySegment memory;
        private final MappedByteBuffer view; // the same bytes: its ranged force, unlike a slice's, allocates nothing
        private final UnmapBlocks blocks;

        MappedFile(Arena arena, MemorySegment memory) {
            this.arena = arena;
            this.memory = memory;
            this.view = (MappedByteBuffer) memory.asByteBuffer();
            this.blocks = new UnmapBlocks(memory);
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public void force(long from, long length) throws IOException {
            blocks.unmap(from, from + length);
            try {
                view.force((int) from, (int) length);
            } catch (UncheckedIOException failure) {
                throw failure.getCause();
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
