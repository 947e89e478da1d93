package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A file with a hole on a disk without space: its pages can be read, and a store to them is a fault. So are the pages
/// of
/// a segment on a file system that has shut down after an error.
@Tag("crash")
@Timeout(60)
class PageTouchTest {
    private static final int BYTES = 64 * 1024;
    private static final int OFFSET = 8192;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("P5: touching a page that takes no store is an error in Java, and does not end the process")
    void shouldLiveWhenAPageThatIsTouchedTakesNoStore() throws Exception {
        try (MountedDisk disk = MountedDisk.ext4(12 << 20)) {
            try (RandomAccessFile file =
                    new RandomAccessFile(disk.path().resolve("hole").toFile(), "rw")) {
                file.setLength(BYTES);
            }
            try (RandomAccessFile file =
                    new RandomAccessFile(disk.path().resolve("sound").toFile(), "rw")) {
                file.write(new byte[BYTES]);
            }
            disk.fill();

            final Child.End end = Child.run(Child.of(List.of(), Toucher.class, disk.path()), directory);

            assertEquals(new Child.End(0, "InternalError\n", ""), end);
        }
    }

    /// Touches a page of each file, as the preparer does.
    static final class Toucher {
        public static void main(String[] arguments) throws Exception {
            final MemorySegment sound = map(Path.of(arguments[0], "sound"));
            final MemorySegment hole = map(Path.of(arguments[0], "hole"));
            while (!PageTouch.isReady(sound, OFFSET)) {
                Thread.sleep(1);
            }
            try {
                PageTouch.touch(hole, OFFSET);
            } catch (InternalError fault) {
                System.out.println(fault.getClass().getSimpleName());
            }
        }

        private static MemorySegment map(Path file) throws IOException {
            return FileStorage.INSTANCE.open(file, true).map(BYTES).memory();
        }
    }
}
