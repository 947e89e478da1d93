package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.seriatim.wal.mmap.DeviceImages.Image;
import io.seriatim.wal.mmap.DeviceWorkload.Bug;
import io.seriatim.wal.mmap.DeviceWorkload.End;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// The real log, mapped and forced, on real file systems on a disk that remembers: what power loss may have left of it
/// is mounted, recovered and judged. Needs root, FUSE and loop devices; says so when it is skipped.
///
/// More: `-Ddevice.images=1000`, for each file system; then every prefix at a flush is among them. `-Ddevice.seed=N`
/// for
/// others. A recording is never the same twice, so an image that breaks a promise is kept.
@Tag("crash")
@Timeout(7200)
@ExtendWith(QuietLog.class)
class DeviceTest {
    private static final int FEW = 30;
    private static final int IMAGES = Integer.getInteger("device.images", FEW);
    private static final long SEED = Long.getLong("device.seed", 1);
    private static final int MOST_RECORDINGS_TO_FIND_A_BUG = 3;
    private static final int MOST_IMAGES_TO_FIND_A_BUG = 100;

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: durable survives power loss on a real file system. P3: nothing else. P4: no false alarm")
    void shouldKeepItsPromisesWhateverOfTheDiskIsThere(FileSystemKind kind) throws Exception {
        DeviceNeeds.require(kind);
        final long began = System.nanoTime();
        int images = 0;
        int refused = 0;
        long found = 0;
        for (long seed = SEED; images < IMAGES; seed++) {
            final DevicePlan plan = new DevicePlan(seed, IMAGES > FEW ? 40 : 16);
            try (DeviceFiles files = DeviceFiles.create()) {
                final DeviceJudge judge = new DeviceJudge(kind, plan, files);
                run(kind, plan, files, judge);
                images += judge.images();
                refused += judge.refused();
                found += judge.found();
            }
            System.out.printf(
                    "device: %s seed=%d images=%d refusedByTheFileSystem=%d numbersFound=%d seconds=%d%n",
                    kind.type(), seed, images, refused, found, (System.nanoTime() - began) / 1_000_000_000);
        }
        assertTrue(found > images, "found=" + found + " images=" + images);
        assertTrue(refused < images / 4, "refused=" + refused + " images=" + images);
    }

    /// A kill, a clean close, a power loss, another kill; images of all of it.
    private static void run(FileSystemKind kind, DevicePlan plan, DeviceFiles files, DeviceJudge judge)
            throws Exception {
        final DeviceImages images;
        final Disk empty = kind.make(files.path("mkfs"));
        try (DeviceRecording recording = DeviceRecording.begin(kind, plan, files, empty, List.of())) {
            recording.session(0, Bug.NONE, End.KILL);
            recording.session(1, Bug.NONE, End.CLOSE);
            recording.session(2, Bug.NONE, End.KILL);
            images = recording.images(plan.seed());
        }
        judge(images, IMAGES * 2 / 3, judge);

        final AtomicReference<Image> chosen = new AtomicReference<>();
        images.some(1, chosen::set);
        final Image left = judge.found(chosen.get());
        if (left == null) {
            return;
        }
        final DeviceImages later;
        try (DeviceRecording recording = DeviceRecording.begin(kind, plan, files, left.disk(), left.notes())) {
            recording.session(left.sessions(), Bug.NONE, End.KILL);
            later = recording.images(plan.seed() + 1);
        }
        judge(later, IMAGES - IMAGES * 2 / 3, judge);
    }

    private static void judge(DeviceImages images, int count, DeviceJudge judge) throws Exception {
        if (count > images.flushes()) {
            images.every(1, judge::judge);
        } else {
            images.some(count, judge::judge);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"NONE", "A_FAILED_FORCE_IS_TRIED_AGAIN"})
    @DisplayName("P2: the images show planted bugs")
    void shouldFindAPlantedBug(Bug bug) throws Exception {
        DeviceNeeds.require(FileSystemKind.EXT4);
        int images = 0;
        for (int seed = 0; seed < MOST_RECORDINGS_TO_FIND_A_BUG; seed++) {
            final DevicePlan plan = new DevicePlan(seed, 20);
            try (DeviceFiles files = DeviceFiles.create()) {
                final DeviceImages recorded;
                final Disk empty = FileSystemKind.EXT4.make(files.path("mkfs"));
                try (DeviceRecording recording =
                        DeviceRecording.begin(FileSystemKind.EXT4, plan, files, empty, List.of())) {
                    recording.session(0, bug, End.KILL);
                    recording.session(1, bug, End.KILL);
                    recorded = recording.images(seed);
                }
                final DeviceJudge judge = new DeviceJudge(FileSystemKind.EXT4, plan, files).keepNothing();
                try {
                    recorded.some(MOST_IMAGES_TO_FIND_A_BUG, judge::judge);
                    images += judge.images();
                } catch (AssertionError found) {
                    System.out.printf(
                            "device: %s: image %d: %.150s%n", bug, images + judge.images(), found.getMessage());
                    return;
                }
            }
        }
        fail("not found: " + bug + " images=" + images);
    }
}
