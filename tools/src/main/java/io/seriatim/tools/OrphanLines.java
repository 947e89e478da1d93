package io.seriatim.tools;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Keeps samples that lost their labels, and nothing else, in a file of lines as `replay` prints them. There is
/// no file before there is a line. Not thread-safe.
public final class OrphanLines implements ReplayHandler {
    private final Path file;
    private FileChannel channel;
    private LineSink sink;
    private JsonLines lines;

    /// @param file must not exist
    public OrphanLines(Path file) {
        this.file = file;
    }

    @Override
    public void onSamples(Labels series, Samples samples) {}

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        if (channel == null) {
            open();
        }
        lines.onOrphan(epochId, ref, samples);
    }

    @Override
    public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        if (channel == null) {
            open();
        }
        lines.onOrphanDetail(epochId, ref, detail);
    }

    private void open() {
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        sink = new LineSink(new Output(Channels.newOutputStream(channel)), Long.MAX_VALUE);
        lines = new JsonLines(sink);
    }

    /// Makes what was written survive power loss, and ends it.
    public void finish() {
        if (channel == null) {
            return;
        }
        try (FileChannel _ = channel) {
            sink.flush();
            channel.force(true);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
