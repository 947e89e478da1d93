package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A file system that is mounted: of an image, or of a recorder's disk. Closing unmounts it.
final class DeviceMount implements AutoCloseable {
    final Path path;
    private final String loop; // null if it goes away by itself
    private final Path fuse;
    private final Process server;

    private DeviceMount(Path path, String loop, Path fuse, Process server) {
        this.path = path;
        this.loop = loop;
        this.fuse = fuse;
        this.server = server;
    }

    /// Mounts an image. Whatever is on it, even a file system's own journal to replay, is changed by that.
    static DeviceMount ofImage(FileSystemKind kind, Path image, Path at) throws IOException {
        Files.createDirectories(at);
        mount(kind, "loop,", image.toString(), at);
        return new DeviceMount(at, null, null, null);
    }

    private static void mount(FileSystemKind kind, String option, String device, Path at) throws IOException {
        DeviceFiles.run("mount", "-t", kind.type(), "-o", option + kind.mountOptions(), device, at.toString());
    }

    /// Mounts the disk of a recorder. Past the page cache of FUSE, so that the recorder sees what the file system
    /// sends, when it sends it.
    static DeviceMount ofRecorder(FileSystemKind kind, Path socket, DeviceFiles files) throws IOException {
        final Path fuse = Files.createDirectories(files.path("fuse"));
        final Path file = fuse.resolve("disk");
        final Process server = Child.clean(List.of("nbdfuse", file.toString(), "--unix", socket.toString()))
                .redirectErrorStream(true)
                .redirectOutput(files.path("nbdfuse.out").toFile())
                .start();
        String loop = null;
        try {
            await(file, server);
            loop = DeviceFiles.run("losetup", "--find", "--show", "--direct-io=on", file.toString());
            final Path at = Files.createDirectories(files.path("device"));
            mount(kind, "", loop, at);
            return new DeviceMount(at, loop, fuse, server);
        } catch (IOException | RuntimeException | Error failure) {
            release(loop, fuse, server);
            throw failure;
        }
    }

    private static void await(Path file, Process server) throws IOException {
        for (int attempt = 0; !Files.exists(file); attempt++) {
            if (attempt == 3000 || !server.isAlive()) {
                throw new IOException("nbdfuse shows no " + file);
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(10);
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new IOException(failure);
        }
    }

    /// What the file system holds back is written, as by every unmounting.
    @Override
    public void close() throws IOException {
        DeviceFiles.run("umount", path.toString());
        release(loop, fuse, server);
    }

    private static void release(String loop, Path fuse, Process server) throws IOException {
        if (loop != null) {
            DeviceFiles.run("losetup", "--detach", loop);
        }
        if (server == null) {
            return;
        }
        for (int attempt = 0; ; attempt++) { // a loop device lets go of its file a little later
            try {
                DeviceFiles.run("umount", fuse.toString());
                break;
            } catch (DeviceFiles.CommandFailedException busy) {
                if (attempt == 500) {
                    server.destroyForcibly();
                    throw busy;
                }
                pause();
            }
        }
        try {
            if (!server.waitFor(1, TimeUnit.MINUTES)) {
                server.destroyForcibly();
                throw new IOException("nbdfuse does not end");
            }
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new IOException(failure);
        }
    }
}
