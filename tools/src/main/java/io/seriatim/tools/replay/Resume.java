package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.store.Place;
import io.seriatim.wal.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/// How far an interrupted replay had come, in a file. Thread-safe where it is called by a [LineSink].
///
/// The file names a length of the output and, for each shard, the last record that is within it. It is replaced
/// as a whole, after the output has been forced: so what it says is true whatever happens, also to the machine.
/// What the output has beyond that length is cut off on the next start, and written again.
final class Resume implements LineSink.Journal, AutoCloseable {
    private static final long AT_LEAST_NS = 250_000_000L;
    private static final long AT_MOST_NS = 1_000_000_000L;
    private static final long MANY_BYTES = 16 << 20;
    private static final int LOOK_EVERY = 64;

    private final Path file;
    private final Path output;
    private final String identity;
    private final FileChannel channel;
    private final Map<Integer, Place> found;
    private final Map<Integer, Place> places = new TreeMap<>();
    private final long startBytes;
    private long savedBytes;
    private long savedNs = System.nanoTime();
    private int untilLook = LOOK_EVERY;

    private Resume(Path file, Path output, String identity, ResumeState state) throws IOException {
        this.file = file;
        this.output = output;
        this.identity = identity;
        this.found = state.places();
        this.places.putAll(found);
        this.startBytes = state.bytes();
        this.channel = FileChannel.open(output, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            cut(state.bytes());
            save();
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /// Goes on where a file says, or begins if there is none.
    ///
    /// @param identity of what is replayed and how, on one line: another one would not fit what is there
    /// @throws CannotRunException if the file is of another replay, or the output is not what it was
    static Resume of(Path file, Path output, String identity) {
        try {
            final ResumeState state = ResumeState.read(file);
            if (state == null) {
                if (Files.exists(output) && Files.size(output) > 0) {
                    throw new CannotRunException("the output is there and the resume file is not: output=" + output
                            + " resume=" + file + " (remove the output to begin anew)");
                }
                return new Resume(file, output, identity, new ResumeState(identity, 0, Map.of()));
            }
            state.check(file, identity);
            return new Resume(file, output, identity, state);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void cut(long bytes) throws IOException {
        if (channel.size() < bytes) {
            throw new CannotRunException("the output is shorter than it was: output=" + output + " bytes="
                    + channel.size() + " expected=" + bytes + " (remove output and resume file to begin anew)");
        }
        channel.truncate(bytes);
        channel.position(bytes);
    }

    FileChannel channel() {
        return channel;
    }

    /// @return whether there is something to go on from
    boolean goesOn() {
        return startBytes > 0 || !found.isEmpty();
    }

    long startBytes() {
        return startBytes;
    }

    /// @return per shard the last record that was in the output at the start
    Map<Integer, Place> found() {
        return found;
    }

    @Override
    public void delivered(long lsn, LineSink sink) {
        places.merge(Lsn.shard(lsn), new Place(Lsn.position(lsn), 1), Place::followedBy);
        if (--untilLook > 0) {
            return;
        }
        untilLook = LOOK_EVERY;
        final long sinceNs = System.nanoTime() - savedNs;
        try {
            if (sinceNs > AT_MOST_NS || sinceNs > AT_LEAST_NS && channel.position() - savedBytes > MANY_BYTES) {
                sink.flush();
                save();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Makes what is written so far count. Everything that was delivered must have been flushed.
    void save() throws IOException {
        channel.force(true);
        savedBytes = channel.position();
        new ResumeState(identity, savedBytes, places).write(file);
        savedNs = System.nanoTime();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
