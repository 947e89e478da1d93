package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a machine must have for logs on recorded disks.
final class DeviceNeeds {
    private static final boolean REQUIRED = Boolean.getBoolean("device.required");

    private DeviceNeeds() {}

    /// Skips the test, saying why, if something is missing; fails it if `-Ddevice.required=true` says that nothing is.
    static void require(FileSystemKind kind) throws IOException {
        final String missing = missing(kind);
        if (missing == null) {
            return;
        }
        System.out.println("device: skipped on " + kind.type() + ": " + missing);
        if (REQUIRED) {
            fail(missing);
        }
        abort(missing);
    }

    private static String missing(FileSystemKind kind) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "needs root";
        }
        for (final String device : List.of("/dev/fuse", "/dev/loop-control")) {
            if (!Files.isWritable(Path.of(device))) {
                return "there is no " + device;
            }
        }
        for (final String tool : List.of("nbdfuse", "losetup", "mount", "umount", kind.tool())) {
            if (!isInstalled(tool)) {
                return "there is no " + tool + " (Debian: libnbd-bin, mount, e2fsprogs, xfsprogs, btrfs-progs)";
            }
        }
        if (Files.readAllLines(Path.of("/proc/filesystems")).stream()
                .noneMatch(line -> line.endsWith("\t" + kind.type()))) {
            return "the kernel has no " + kind.type();
        }
        return null;
    }

    private static boolean isInstalled(String tool) {
        for (final String directory : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":")) {
            if (Files.isExecutable(Path.of(directory, tool))) {
                return true;
            }
        }
        return false;
    }
}
