package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.DeviceImages.Choice;
import io.seriatim.wal.mmap.DeviceImages.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Mounts images, one after the other, and has the [CrashOracle] judge what the log finds there: before recovery, after
/// it, after another, and with more appended.
final class DeviceJudge {
    private static final Labels AFTER = Labels.of("__name__", "after");
    private static final Path FAILURES = Path.of("target", "device-failures");

    private final FileSystemKind kind;
    private final DevicePlan plan;
    private final DeviceFiles files;
    private int images;
    private int refused;
    private long found;
    private boolean keeps = true;

    DeviceJudge(FileSystemKind kind, DevicePlan plan, DeviceFiles files) {
        this.kind = kind;
        this.plan = plan;
        this.files = files;
    }

    /// @return the number of images judged
    int images() {
        return images;
    }

    /// @return the number of images that the file system itself could not make sense of
    int refused() {
        return refused;
    }

    /// @return the number of records found in all images together
    long found() {
        return found;
    }

    DeviceJudge keepNothing() {
        keeps = false;
        return this;
    }

    /// Goes on from an image: what is found in it is all that there is.
    ///
    /// @return the image, with a note of that; null if the file system refuses it
    Image found(Image image) throws IOException {
        try (DeviceMount mount = mount(image)) {
            if (mount == null) {
                return null;
            }
            final List<String> notes = new ArrayList<>(image.notes());
            notes.add("found" + DeviceWorkload.found(MountedStorage.at(mount.path), CrashOracle.LOG));
            return new Image(image.at(), image.kind(), image.disk(), notes);
        }
    }

    /// @throws AssertionError if a promise is broken: the image and the notes are kept then
    void judge(Image image) throws IOException {
        try (DeviceMount mount = mount(image)) {
            if (mount != null) {
                images++;
                found += judge(MountedStorage.at(mount.path), plan.oracle(image.notes()));
            }
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(keep(image) + ": " + failure.getMessage(), failure);
        }
    }

    /// @return null if the file system refuses it. They rely on some writes of more than a sector being whole: that of
    ///         a superblock, for instance
    private DeviceMount mount(Image image) throws IOException {
        final Path file = files.path("image");
        image.disk().writeTo(file);
        try {
            return DeviceMount.ofImage(kind, file, files.path("image-mount"));
        } catch (DeviceFiles.CommandFailedException failure) {
            if (image.kind() != Choice.SECTORS && image.kind() != Choice.FIRST) {
                throw failure;
            }
            refused++;
            return null;
        }
    }

    private String keep(Image image) throws IOException {
        if (!keeps) {
            return "flush=" + image.at() + " kind=" + image.kind();
        }
        final Path directory = Files.createDirectories(FAILURES.resolve(kind.type() + "-" + System.nanoTime()));
        image.disk().writeTo(directory.resolve("image"));
        Files.write(directory.resolve("notes"), image.notes());
        return "image=" + directory + " flush=" + image.at() + " kind=" + image.kind() + " plan=" + plan;
    }

    /// Judges what lies under a mount point.
    ///
    /// @return how many numbers were found
    static int judge(Storage storage, CrashOracle oracle) {
        final CrashOracle.Found found = oracle.check(storage, false);
        final WalConfig config = DeviceWorkload.config(CrashOracle.LOG);
        require(oracle.isRight(recover(storage, config.shards(2).segmentBytes(8192), 0)), "false alarm at opening");
        requireSame(found, storage, 0, oracle);
        require(oracle.isRight(recover(storage, config, 5)), "false alarm at the second opening");
        requireSame(found, storage, 5, oracle);
        return found.order().size();
    }

    /// @return what the opening found
    private static ReplayReport recover(Storage storage, WalConfig config, int more) {
        try (MappedWal wal = MappedWal.open(config, storage, null)) {
            for (int i = 0; i < more; i++) {
                wal.series(AFTER).append(i, i);
            }
            return wal.recovered();
        }
    }

    private static void requireSame(CrashOracle.Found found, Storage storage, int more, CrashOracle oracle) {
        final Collector collector = new Collector();
        final ReplayReport report = MappedWal.replay(storage, CrashOracle.LOG, CrashOracle.OPTIONS, collector);
        require(
                collector.order.equals(found.order()),
                "recovery changed what is found: before=" + found.order() + " after=" + collector.order);
        require(collector.after == more, "lost after recovery: found=" + collector.after + " appended=" + more);
        require(oracle.isRight(report), "false alarm after recovery: " + report.damages());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /// Collects the numbers of the oracle's units, and counts what was appended after recovery.
    private static final class Collector implements ReplayHandler {
        private final List<Integer> order = new ArrayList<>();
        private int after;

        @Override
        public void onSamples(Labels series, Samples samples) {
            if (AFTER.equals(series)) {
                after += samples.count();
                return;
            }
            for (int i = 0; i < samples.count(); i++) {
                order.add((int) samples.timestamp(i));
            }
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            order.add(record.kind());
        }
    }
}
