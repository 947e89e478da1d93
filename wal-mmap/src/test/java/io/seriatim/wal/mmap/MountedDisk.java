package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A small file system of its own for one test: ext4 in a file, by a loop device, or tmpfs. Needs root; a test that
/// cannot have it is skipped, saying why. Unmounted on close and at the end of the JVM; what a JVM left behind that
/// was killed, the next one removes.
final class MountedDisk implements AutoCloseable {
    private static final String PREFIX = "seriatim-mount-";
    private static final Path PARENT = Path.of(System.getProperty("java.io.tmpdir"));

    private final Path image;
    private final Path mountPoint;
    private final Thread atExit = new Thread(this::unmount);

    private MountedDisk(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static MountedDisk ext4(int bytes) throws IOException {
        final MountedDisk disk = prepare("ext4", "mkfs.ext4", "mount", "umount");
        try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        must("mkfs.ext4", "-q", "-F", "-m", "0", disk.image.toString());
        disk.mount("-o", "loop", disk.image.toString());
        return disk;
    }

    static MountedDisk tmpfs(int bytes) throws IOException {
        final MountedDisk disk = prepare("tmpfs", "mount", "umount");
        disk.mount("-t", "tmpfs", "-o", "size=" + bytes, "tmpfs");
        return disk;
    }

    private static MountedDisk prepare(String type, String... tools) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "not root: cannot mount a " + type + " to test on");
        for (final String tool : tools) {
            needTool(tool);
        }
        sweep();
        final String name = PREFIX + ProcessHandle.current().pid() + "-" + System.nanoTime();
        return new MountedDisk(PARENT.resolve(name + ".img"), Files.createDirectory(PARENT.resolve(name)));
    }

    /// Skips the test if a command is missing; where CI runs, it has to be there.
    static void needTool(String tool) {
        final boolean there = Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
        if (!there && "true".equals(System.getenv("CI"))) {
            fail("no " + tool + " command: .ci/run has to install it");
        }
        assumeTrue(there, "no " + tool + " command");
    }

    private void mount(String... arguments) {
        final String[] command = new String[arguments.length + 2];
        command[0] = "mount";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        command[command.length - 1] = mountPoint.toString();
        final Said said = run(command);
        if (said.exit != 0) {
            close();
            assumeTrue(false, "root, and may not mount: " + said.text.trim());
        }
    }

    /// What a command said, and how it ended.
    record Said(int exit, String text) {}

    static Said run(String... command) {
        try {
            final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
            final Process process = builder.start();
            final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), text);
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(String.join(" ", command), failure);
        }
    }

    static void must(String... command) {
        final Said said = run(command);
        assertEquals(0, said.exit, () -> String.join(" ", command) + ": " + said.text);
    }

    Path path() {
        return mountPoint;
    }

    /// Mounts it anew, as after a repair, when its only user is gone.
    void mountAgainAfter(TroubledWriter user) throws IOException, InterruptedException {
        user.end();
        must("umount", mountPoint.toString());
        must("mount", "-o", "loop", image.toString(), mountPoint.toString());
    }

    /// Takes all the space that is left, to the last byte.
    ///
    /// @return the file to delete to give it back
    Path fill() throws IOException {
        final Path filler = mountPoint.resolve("filler");
        for (final int block : new int[] {1 << 16, 1 << 10, 1}) {
            try (OutputStream out =
                    Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(new byte[block]);
                }
            } catch (IOException _) {
                // full, but for what is smaller than a block
            }
        }
        return filler;
    }

    private void unmount() {
        if (run("mountpoint", "-q", mountPoint.toString()).exit == 0
                && run("umount", mountPoint.toString()).exit != 0) {
            run("umount", "-l", mountPoint.toString());
        }
        try {
            Files.deleteIfExists(mountPoint);
            Files.deleteIfExists(image);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        unmount();
    }

    /// Removes what JVMs left that are gone.
    private static void sweep() throws IOException {
        final List<Path> left;
        try (Stream<Path> files = Files.list(PARENT)) {
            left = files.filter(file -> file.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
        for (final Path file : left) {
            final long pid = Long.parseLong(
                    file.getFileName().toString().substring(PREFIX.length()).split("-")[0]);
            if (ProcessHandle.of(pid).isEmpty()) {
                run("umount", "-l", file.toString());
                Files.deleteIfExists(file);
            }
        }
    }
}
