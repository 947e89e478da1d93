package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Files that are read and replaced as a whole: `wal.meta`, the positions of consumers.
final class SmallFile {
    private SmallFile() {}

    /// @param most no more bytes than these are read
    /// @return the content, empty if it is no regular file
    static byte[] read(Storage storage, Path file, int most) throws IOException {
        if (!storage.isRegularFile(file)) {
            return new byte[0];
        }
        try (StorageFile open = storage.open(file, false)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(open.size(), most));
            while (bytes.hasRemaining() && open.read(bytes, bytes.position()) > 0) {
                // Until the end.
            }
            final byte[] read = new byte[bytes.position()];
            bytes.get(0, read);
            return read;
        }
    }

    /// Replaces the content durably: written under a temporary name, forced, renamed, directory forced.
    /// Whenever the machine stops, the file has the old content or the new one.
    static void replace(Storage storage, Path file, byte[] content) throws IOException {
        final Path temporary = LogFiles.temporary(file);
        storage.delete(temporary);
        try (StorageFile out = storage.create(temporary)) {
            out.write(ByteBuffer.wrap(content), 0);
            out.force();
        }
        storage.rename(temporary, file);
        storage.syncDirectory(file.getParent());
    }
}
