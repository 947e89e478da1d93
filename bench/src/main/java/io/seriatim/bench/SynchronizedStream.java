package io.seriatim.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;

/// A [BufferedOutputStream] of 64 KiB behind one monitor: each item is serialized to an array and written to it.
final class SynchronizedStream implements Contender {
    private static final int STREAM_BYTES = 64 * 1024;

    private final OutputFile file;
    private final ByteBuffer item = ByteBuffer.allocate(STREAM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private OutputStream stream;

    SynchronizedStream(Setup setup) {
        file = new OutputFile(setup.directory());
    }

    @Override
    public void begin() throws IOException {
        file.open();
        stream = new BufferedOutputStream(Channels.newOutputStream(file.channel()), STREAM_BYTES);
    }

    @Override
    public synchronized void append(BenchSeries series) throws IOException {
        item.clear();
        ItemLayout.put(item, series, ItemLayout.length(series));
        stream.write(item.array(), 0, item.position());
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        synchronized (this) {
            for (int i = from; i < from + count; i++) {
                append(series[i]);
            }
            stream.flush();
        }
        file.force();
    }

    @Override
    public void drain() throws IOException {
        stream.flush();
    }

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
