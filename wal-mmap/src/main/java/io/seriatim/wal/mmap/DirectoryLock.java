package io.seriatim.wal.mmap;

import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalLockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// One writer at a time. First a set of real paths guards within the JVM, where a POSIX lock would not: then the
/// lock file guards against other processes. The lock file is opened for nothing but locking, because closing any
/// other descriptor of it would drop the lock; who holds it stands in a second file.
final class DirectoryLock implements AutoCloseable {
    private static final Set<Path> HELD = new HashSet<>();
    private static final int MAX_PID_BYTES = 256;

    private final Path realPath;
    private final AutoCloseable lock;

    private DirectoryLock(Path realPath, AutoCloseable lock) {
        this.realPath = realPath;
        this.lock = lock;
    }

    /// Takes the lock of an existing directory.
    ///
    /// @throws WalLockedException naming the process that holds it
    /// @throws WalIoException     if the files cannot be written
    static DirectoryLock take(Storage storage, Path directory) {
        try {
            final Path realPath = storage.realPath(directory);
            synchronized (HELD) {
                if (!HELD.add(realPath)) {
                    throw new WalLockedException(
                            directory, ProcessHandle.current().pid());
                }
            }
            AutoCloseable lock = null;
            try {
                lock = storage.lock(directory.resolve(LogFiles.LOCK));
                if (lock == null) {
                    throw new WalLockedException(directory, readPid(storage, directory));
                }
                writePid(storage, directory);
                return new DirectoryLock(realPath, lock);
            } catch (IOException | RuntimeException failure) {
                if (lock != null) {
                    closeQuietly(lock);
                }
                letGo(realPath);
                throw failure;
            }
        } catch (IOException failure) {
            throw new WalIoException("lock the log", directory, failure);
        }
    }

    private static void writePid(Storage storage, Path directory) throws IOException {
        final ProcessHandle self = ProcessHandle.current();
        final String text = "pid=" + self.pid() + "\nstarted="
                + self.info().startInstant().map(Object::toString).orElse("unknown") + "\n";
        final Path file = directory.resolve(LogFiles.PID);
        storage.delete(file);
        try (StorageFile out = storage.create(file)) {
            out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
        }
    }

    private static long readPid(Storage storage, Path directory) {
        final Path file = directory.resolve(LogFiles.PID);
        if (!storage.isRegularFile(file)) {
            return -1;
        }
        try (StorageFile in = storage.open(file, false)) {
            final ByteBuffer bytes = ByteBuffer.allocate(MAX_PID_BYTES);
            in.read(bytes, 0);
            final String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
            return Long.parseLong(text.substring(text.indexOf('=') + 1, text.indexOf('\n')));
        } catch (IOException | RuntimeException _) {
            return -1; // the message says unknown
        }
    }

    private static void letGo(Path realPath) {
        synchronized (HELD) {
            HELD.remove(realPath);
        }
    }

    private static void closeQuietly(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception _) {
            // The process's end drops it at the latest.
        }
    }

    @Override
    public void close() {
        closeQuietly(lock);
        letGo(realPath);
    }
}
