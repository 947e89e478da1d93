package io.seriatim.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/// The ancestor's design in Java: producers put the series object itself in a bounded queue, one thread takes them
/// out by the thousand, serializes and writes.
///
/// It does not copy the object, which is only right because these never change.
final class ObjectQueue implements Contender {
    private static final int CAPACITY = 64 * 1024;
    private static final int DRAIN = 1000;
    private static final int WRITE_BYTES = 1 << 20;
    private static final BenchSeries END = new BenchSeries(new byte[][] {{'e'}, {}}, 0, 0);

    private final OutputFile file;
    private final ArrayBlockingQueue<BenchSeries> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread writer = new Thread(this::write, "rival-writer");

    private volatile boolean drained;

    ObjectQueue(Path directory) {
        file = new OutputFile(directory);
        writer.setDaemon(true);
    }

    @Override
    public void begin() throws IOException {
        file.open();
        if (writer.getState() == Thread.State.NEW) {
            writer.start();
        }
    }

    @Override
    public void append(BenchSeries series) throws IOException {
        try {
            queue.put(series);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private void write() {
        final List<BenchSeries> taken = new ArrayList<>(DRAIN + 1);
        final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (true) {
                taken.add(queue.take());
                queue.drainTo(taken, DRAIN);
                for (int i = 0; i < taken.size(); i++) {
                    final BenchSeries series = taken.get(i);
                    final int length = ItemLayout.length(series);
                    if (series != END && buffer.remaining() >= length) {
                        ItemLayout.put(buffer, series, length);
                        continue;
                    }
                    file.write(buffer);
                    if (series == END) {
                        drained = true;
                    } else {
                        ItemLayout.put(buffer, series, length);
                    }
                }
                taken.clear();
                if (queue.isEmpty()) {
                    file.write(buffer);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void drain() throws IOException {
        drained = false;
        append(END);
        while (!drained) {
            Thread.onSpinWait();
        }
    }

    @Override
    public long bytes() throws IOException {
        return file.bytes();
    }

    @Override
    public void discard() throws IOException {
        file.delete();
    }
}
