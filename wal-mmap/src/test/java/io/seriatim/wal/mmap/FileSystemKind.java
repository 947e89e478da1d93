package io.seriatim.wal.mmap;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The file systems that logs are tried on, each made as small as it can be.
enum FileSystemKind {
    EXT4(32, "nodiscard", "mkfs.ext4", "-q", "-b", "4096", "-J", "size=4", "-E", "lazy_itable_init=0,nodiscard"),
    XFS(300, "nodiscard,nouuid", "mkfs.xfs", "-q", "-K"),
    BTRFS(128, "nodiscard", "mkfs.btrfs", "-q", "-K", "--mixed", "-d", "single", "-m", "single");

    private static final int MIB = 1024 * 1024;

    private final int mib;
    private final String options;
    private final List<String> command;

    FileSystemKind(int mib, String options, String... command) {
        this.mib = mib;
        this.options = options;
        this.command = List.of(command);
    }

    String type() {
        return name().toLowerCase(Locale.ROOT);
    }

    String mountOptions() {
        return options;
    }

    /// @return the program that makes one
    String tool() {
        return command.getFirst();
    }

    /// @return a new file system
    Disk make(Path scratch) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(scratch.toFile(), "rw")) {
            file.setLength((long) mib * MIB);
        }
        final List<String> words = new ArrayList<>(command);
        words.add(scratch.toString());
        DeviceFiles.run(words.toArray(String[]::new));
        final Disk disk = Disk.of(scratch);
        Files.delete(scratch);
        return disk;
    }
}
