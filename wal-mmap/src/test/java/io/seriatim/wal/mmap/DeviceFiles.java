package io.seriatim.wal.mmap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A directory under which everything of one test lives that the kernel has to be told to let go of: images, mounts,
/// loop devices, FUSE. Its name says whose it is: what a process left behind that died is cleared away by the next.
final class DeviceFiles implements AutoCloseable {
    private static final String PREFIX = "seriatim-device-";
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ENOUGH_BYTES = 2L << 30;

    private final Path directory;
    private final Thread atExit = new Thread(this::clear, "device-files");

    private DeviceFiles(Path directory) {
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /// In memory if there is enough of it, for speed.
    static DeviceFiles create() throws IOException {
        final Path parent = parents().getFirst();
        sweep();
        return new DeviceFiles(Files.createTempDirectory(
                parent, PREFIX + ProcessHandle.current().pid() + "-"));
    }

    private static List<Path> parents() throws IOException {
        final Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= ENOUGH_BYTES
                ? List.of(MEMORY, temporary)
                : List.of(temporary);
    }

    /// Clears away what processes left behind that are no more.
    static void sweep() throws IOException {
        for (final Path parent : parents()) {
            try (DirectoryStream<Path> old = Files.newDirectoryStream(parent, PREFIX + "*")) {
                for (final Path each : old) {
                    final String name = each.getFileName().toString().substring(PREFIX.length());
                    if (ProcessHandle.of(Long.parseLong(name.split("-")[0])).isEmpty()) {
                        clear(each);
                    }
                }
            }
        }
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /// Runs a command to its end.
    ///
    /// @return what it said
    /// @throws CommandFailedException if it fails
    static String run(String... command) throws IOException {
        final Process process =
                Child.clean(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException("hangs: " + Arrays.toString(command));
            }
        } catch (InterruptedException failure) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(failure);
        }
        if (process.exitValue() != 0) {
            throw new CommandFailedException(Arrays.toString(command) + ": " + said);
        }
        return said;
    }

    static final class CommandFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        CommandFailedException(String message) {
            super(message);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        clear();
    }

    private void clear() {
        try {
            clear(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Lets go lazily of what may still be in use: the kernel does so when the last user is gone. Loop devices first,
    /// while their file has its name.
    private static void clear(Path directory) throws IOException {
        for (final String line : run("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE")
                .lines()
                .toList()) {
            if (line.contains(directory + "/")) {
                attempt("losetup", "--detach", line.split("\\s+")[0]);
            }
        }
        for (final Path mounted : mountsUnder(directory)) {
            attempt("umount", "-l", mounted.toString());
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (final Path each : all.sorted(Collections.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private static void attempt(String... command) throws IOException {
        try {
            run(command);
        } catch (CommandFailedException _) {
            // gone in the meantime
        }
    }

    /// @return innermost first
    private static List<Path> mountsUnder(Path directory) throws IOException {
        final List<Path> mounts = new ArrayList<>();
        for (final String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            final Path mounted = Path.of(line.split(" ")[1]);
            if (mounted.startsWith(directory)) {
                mounts.add(mounted);
            }
        }
        Collections.reverse(mounts);
        return mounts;
    }
}
