package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.bytes.SyncMode;

/// Chronicle's `MappedBytes`, an endless mapped file without a format: label by label straight into it. It is for one
/// thread at a time, so a monitor guards it.
final class ChronicleMapped implements Contender {
    private static final long CHUNK_BYTES = 64L << 20;

    /// Mapped beyond a chunk's end, so that an item may straddle it.
    private static final long OVERLAP_BYTES = 1L << 20;

    private static final int ITEM_BYTES = 64 * 1024;

    private final Path file;
    private MappedBytes bytes;

    ChronicleMapped(Setup setup) {
        this.file = setup.directory().resolve("mapped.bytes");
    }

    @Override
    public void begin() throws IOException {
        bytes = MappedBytes.mappedBytes(file.toFile(), CHUNK_BYTES, OVERLAP_BYTES);
        bytes.singleThreadedCheckDisabled(true);
        bytes.mappedFile().syncMode(SyncMode.SYNC);
    }

    @Override
    public synchronized void append(BenchSeries series) {
        ItemLayout.put(bytes, series, ItemLayout.length(series));
    }

    @Override
    public synchronized void appendDurably(BenchSeries[] series, int from, int count) {
        for (int i = from; i < from + count; i++) {
            append(series[i]);
        }
        bytes.sync();
    }

    @Override
    public void drain() {}

    @Override
    public long bytes() {
        return bytes.writePosition();
    }

    /// From the mapping, an item at a time copied out of it.
    @Override
    public ReplaySum replay(int threads, boolean knownLabels) {
        final ReplaySum sum = new ReplaySum();
        final byte[] item = new byte[ITEM_BYTES];
        bytes.readPosition(0);
        while (bytes.readRemaining() > 0) {
            final int length = bytes.readInt() - Integer.BYTES;
            bytes.read(item, 0, length);
            ItemReader.readBody(item, 0, sum);
        }
        return sum;
    }

    @Override
    public void discard() throws IOException {
        bytes.releaseLast();
        Files.delete(file);
    }
}
