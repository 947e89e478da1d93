package io.seriatim.tools.demo;

import io.seriatim.tools.CannotRunException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/// Where a demonstration keeps its files: a directory that was empty before, so that all in it may be deleted.
final class WorkDirectory {
    private static final int ATTEMPTS = 5;

    private final Path path;
    private final boolean created;

    private WorkDirectory(Path path, boolean created) {
        this.path = path;
        this.created = created;
    }

    /// @param wanted null for a new one among the system's temporary files
    /// @throws CannotRunException if it cannot be made, or holds something
    static WorkDirectory create(Path wanted) {
        try {
            if (wanted == null) {
                return new WorkDirectory(Files.createTempDirectory("seriatim-demo-"), true);
            }
            final boolean created = !Files.exists(wanted);
            Files.createDirectories(wanted);
            try (Stream<Path> entries = Files.list(wanted)) {
                if (entries.findAny().isPresent()) {
                    throw new CannotRunException(
                            "directory is not empty: directory=" + wanted + " (name an empty or missing one)");
                }
            }
            return new WorkDirectory(wanted.toAbsolutePath(), created);
        } catch (IOException failure) {
            throw new CannotRunException("cannot make a directory: cause=" + failure
                    + " (name another with --dir, or another temporary directory with -Djava.io.tmpdir)");
        }
    }

    Path path() {
        return path;
    }

    /// @return where the log is
    Path log() {
        return path.resolve("wal");
    }

    /// @return where the stderr of a round's child goes
    Path errors(int round) {
        return path.resolve("child-" + round + ".err");
    }

    /// Deletes all of it, also while somebody still makes files.
    ///
    /// @return whether it is gone
    boolean delete() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Files.walkFileTree(path, new Deleter());
                return true;
            } catch (IOException _) {
                // Somebody made a file in a directory that was being emptied: once more.
            }
        }
        return !Files.exists(path);
    }

    private final class Deleter extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            if (created || !directory.equals(path)) {
                Files.deleteIfExists(directory);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
