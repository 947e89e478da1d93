package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.seriatim.wal.mmap.DeviceRecording.Ended;
import io.seriatim.wal.mmap.DeviceWorkload.Bug;
import io.seriatim.wal.mmap.DeviceWorkload.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The real log on a disk that fails for a moment and then says that all is well: the kernel reports the error once,
/// and keeps pages for clean that the disk never got. See [DeviceTest].
///
/// More: `-Ddevice.faults=100`, for each file system; `-Ddevice.seed=N` for others.
@Tag("crash")
@Timeout(7200)
@ExtendWith(QuietLog.class)
class DeviceFaultTest {
    private static final int FAULTS = Integer.getInteger("device.faults", 1);
    private static final long SEED = Long.getLong("device.seed", 1);
    private static final int MOST_FAULTS_TO_HIT_A_FORCE = 20;
    private static final int MOST_FAULTS_TO_FIND_A_BUG = 120; // most hit the file system's journal, and it stops
    private static final int IMAGES = 12;

    @ParameterizedTest
    @EnumSource
    @DisplayName("P5: a failed force is final on a real file system; P2: nothing acknowledged is lost by it")
    void shouldLoseNothingAcknowledgedWhenTheDiskFailsAndThenLies(FileSystemKind kind) throws Exception {
        DeviceNeeds.require(kind);
        final Map<String, Integer> endings = new TreeMap<>();
        boolean poisoned = false;
        for (int i = 0; i < FAULTS || !poisoned && i < MOST_FAULTS_TO_HIT_A_FORCE; i++) {
            final String ending = run(kind, SEED + i, Bug.NONE);
            endings.merge(ending, 1, Integer::sum);
            poisoned |= ending.startsWith("poisoned");
        }
        System.out.println("device: faults on " + kind.type() + ": " + endings);
        assertTrue(poisoned, "no fault has hit a force: " + endings);
    }

    @Test
    @DisplayName("P5: the images show a force that is tried again and believed")
    void shouldFindAForceThatIsTriedAgain() throws Exception {
        requireFound(Bug.A_FAILED_FORCE_IS_TRIED_AGAIN);
    }

    @Test
    @Tag("slow")
    @DisplayName("P2: the images show that pages the disk never got are not forced by recovery")
    void shouldFindARecoveryThatForcesNothing() throws Exception {
        requireFound(Bug.A_RECOVERY_THAT_FORCES_NOTHING);
    }

    private static void requireFound(Bug bug) throws Exception {
        DeviceNeeds.require(FileSystemKind.EXT4);
        for (int seed = 0; seed < MOST_FAULTS_TO_FIND_A_BUG; seed++) {
            try {
                run(FileSystemKind.EXT4, seed, bug);
            } catch (AssertionError found) {
                if (!found.getMessage().startsWith("flush=")) {
                    throw found; // not an image's
                }
                System.out.printf("device: %s: fault %d: %.150s%n", bug, seed, found.getMessage());
                return;
            }
        }
        fail("not found: " + bug);
    }

    /// A clean session; one in which the disk fails; one that opens what is there now, without a restart.
    ///
    /// @return how the two latter ended
    private static String run(FileSystemKind kind, long seed, Bug bug) throws Exception {
        final RandomGenerator random = new SplittableRandom(seed);
        final DevicePlan plan = new DevicePlan(seed, 12);
        try (DeviceFiles files = DeviceFiles.create()) {
            final DeviceImages images;
            final Ended failed;
            final Ended after;
            final Disk empty = kind.make(files.path("mkfs"));
            try (DeviceRecording recording = DeviceRecording.begin(kind, plan, files, empty, List.of())) {
                recording.session(0, Bug.NONE, End.CLOSE);
                recording.recorder.failAfter(2 + random.nextInt(20), 1 + random.nextInt(3));
                failed = recording.attempt(1, bug, End.CLOSE);
                assertTrue(recording.recorder.heal() > 0, "nothing has failed: " + failed.said());
                recording.recorder.note(DevicePlan.DISK_FAILED);
                if (random.nextBoolean()) {
                    forget(recording.path());
                }
                after = recording.attempt(2, bug, End.KILL);
                images = recording.images(seed);
            }
            final DeviceJudge judge = new DeviceJudge(kind, plan, files);
            images.last(IMAGES, bug == Bug.NONE ? judge::judge : judge.keepNothing()::judge);
            return expect(failed, DeviceWorkload.CLOSED) + ", then " + expect(after, DeviceWorkload.KILLED);
        }
    }

    /// A file system that could not write its journal goes read-only: then nothing can be opened, and that is said.
    private static String expect(Ended ended, int usual) {
        final Set<Integer> legal = Set.of(usual, DeviceWorkload.POISONED, DeviceWorkload.REFUSED);
        assertTrue(legal.contains(ended.exit()), "exit=" + ended.exit() + " " + ended.said());
        return switch (ended.exit()) {
            case DeviceWorkload.POISONED -> "poisoned";
            case DeviceWorkload.REFUSED -> "refused";
            default -> "unharmed";
        };
    }

    /// Has the kernel forget the clean pages of all files: what the disk never got is then read as it was before. As
    /// far as the file system still works.
    private static void forget(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (final Path file : all.filter(Files::isRegularFile).toList()) {
                DeviceFiles.run("dd", "if=" + file, "iflag=nocache", "count=0", "status=none");
            }
        } catch (IOException | UncheckedIOException _) {
            // It does not.
        }
    }
}
