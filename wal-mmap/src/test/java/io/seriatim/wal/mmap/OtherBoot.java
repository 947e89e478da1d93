package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/// The real files, on a machine that has been restarted since they were written.
final class OtherBoot implements Storage {
    private final Storage files = FileStorage.INSTANCE;
    private final UUID bootId = UUID.randomUUID();

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return files.isRegularFile(path);
    }

    @Override
    public Path realPath(Path directory) throws IOException {
        return files.realPath(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        files.createDirectory(directory);
    }

    @Override
    public StorageFile create(Path file) throws IOException {
        return files.create(file);
    }

    @Override
    public StorageFile open(Path file, boolean write) throws IOException {
        return files.open(file, write);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        files.syncDirectory(directory);
    }

    @Override
    public void delete(Path file) throws IOException {
        files.delete(file);
    }

    @Override
    public AutoCloseable lock(Path file) throws IOException {
        return files.lock(file);
    }

    @Override
    public UUID bootId() {
        return bootId;
    }
}
