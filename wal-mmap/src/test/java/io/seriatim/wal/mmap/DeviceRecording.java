package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.mmap.DeviceWorkload.Bug;
import io.seriatim.wal.mmap.DeviceWorkload.End;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// A workload at work on a recorded disk: from when the machine has started until it loses its power.
final class DeviceRecording implements AutoCloseable {
    private static final int HANGS_AFTER_MINUTES = 3;

    final DeviceRecorder recorder;
    private final DevicePlan plan;
    private final DeviceFiles files;
    private final Path notes;
    private final ServerSocketChannel listener;
    private final Disk start;
    private final DeviceMount mount;
    private final UUID bootId = UUID.randomUUID();

    private DeviceRecording(FileSystemKind kind, DevicePlan plan, DeviceFiles files, Disk start, List<String> history)
            throws IOException {
        this.plan = plan;
        this.files = files;
        this.start = start;
        this.notes = files.path("notes");
        final Path socket = files.path("disk");
        Files.deleteIfExists(notes);
        Files.deleteIfExists(socket);
        this.recorder = DeviceRecorder.start(start.copy(), socket);
        history.forEach(recorder::note);
        this.listener = DeviceNotes.listen(notes, recorder::note);
        try {
            this.mount = DeviceMount.ofRecorder(kind, socket, files);
        } catch (IOException | RuntimeException | Error failure) {
            listener.close();
            recorder.close();
            throw failure;
        }
    }

    /// Mounts a disk.
    ///
    /// @param history the notes that were taken before
    static DeviceRecording begin(
            FileSystemKind kind, DevicePlan plan, DeviceFiles files, Disk start, List<String> history)
            throws IOException {
        return new DeviceRecording(kind, plan, files, start, history);
    }

    /// Runs a session that is to end as it was told to.
    void session(int session, Bug bug, End end) throws IOException, InterruptedException {
        final Ended ended = attempt(session, bug, end);
        assertEquals(end == End.KILL ? DeviceWorkload.KILLED : DeviceWorkload.CLOSED, ended.exit, ended.said);
    }

    /// How a session ended, and what it said.
    record Ended(int exit, String said) {}

    /// Runs a session, however it ends.
    Ended attempt(int session, Bug bug, End end) throws IOException, InterruptedException {
        final Path said = files.path("said");
        final Process process = DeviceWorkload.command(mount.path, notes, plan, session, bug, end, bootId)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!process.waitFor(HANGS_AFTER_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("hangs: session=" + session + " " + Files.readString(said));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }

    Path path() {
        return mount.path;
    }

    /// @return what power loss may leave of what was recorded until now
    DeviceImages images(long seed) {
        return new DeviceImages(start, recorder.events(), seed);
    }

    /// Unmounts. What was recorded stays available to [#images].
    @Override
    public void close() throws IOException {
        try (recorder;
                listener) {
            mount.close();
        }
    }
}
