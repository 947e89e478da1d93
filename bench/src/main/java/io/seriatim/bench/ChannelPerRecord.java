package io.seriatim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One `FileChannel.write` an item, from a direct buffer of the calling thread: a system call each.
final class ChannelPerRecord implements Contender {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final OutputFile file;
    private final ThreadLocal<ByteBuffer> buffers = ThreadLocal.withInitial(
            () -> ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN));

    ChannelPerRecord(Setup setup) {
        file = new OutputFile(setup.directory());
    }

    @Override
    public void begin() throws IOException {
        file.open();
    }

    @Override
    public void append(BenchSeries series) throws IOException {
        final ByteBuffer buffer = buffers.get();
        ItemLayout.put(buffer, series, ItemLayout.length(series));
        file.write(buffer);
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            append(series[i]);
        }
        file.force();
    }

    @Override
    public void drain() {}

    @Override
    public long bytes() throws IOException {
        return file.bytes();
    }

    @Override
    public ReplaySum replay(int threads, boolean knownLabels) throws IOException {
        return file.replay();
    }

    @Override
    public void discard() throws IOException {
        file.delete();
    }
}
