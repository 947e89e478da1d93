package io.seriatim.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;

/// The ancestor's design in Java: producers put the series object itself in a bounded queue, one thread takes them
/// out by the thousand, serializes and writes.
///
/// It does not copy the object, which is only right because these never change.
final class ObjectQueue implements Contender {
    private static final int CAPACITY = 64 * 1024;
    private static final int DRAIN = 1000;
    private static final int WRITE_BYTES = 1 << 20;

    private final OutputFile file;
    private final ArrayBlockingQueue<BenchSeries> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread writer = new Thread(this::write, "rival-writer");

    ObjectQueue(Setup setup) {
        file = new OutputFile(setup.directory());
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

    /// Asks the writer to say when it has come so far.
    private void await(boolean forced) throws IOException {
        final Marker marker = new Marker(forced);
        append(marker);
        try {
            marker.reached.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private void write() {
        final List<BenchSeries> taken = new ArrayList<>(DRAIN + 1);
        final List<Marker> markers = new ArrayList<>();
        final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (true) {
                taken.add(queue.take());
                queue.drainTo(taken, DRAIN);
                for (int i = 0; i < taken.size(); i++) {
                    final BenchSeries series = taken.get(i);
                    if (series instanceof Marker marker) {
                        markers.add(marker);
                        continue;
                    }
                    final int length = ItemLayout.length(series);
                    if (buffer.remaining() < length) {
                        file.write(buffer);
                    }
                    ItemLayout.put(buffer, series, length);
                }
                taken.clear();
                if (!markers.isEmpty() || queue.isEmpty()) {
                    file.write(buffer);
                }
                answer(markers);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// One force for all that wait.
    private void answer(List<Marker> markers) throws IOException {
        if (markers.stream().anyMatch(marker -> marker.forced)) {
            file.force();
        }
        markers.forEach(marker -> marker.reached.countDown());
        markers.clear();
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            append(series[i]);
        }
        await(true);
    }

    @Override
    public void drain() throws IOException {
        await(false);
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

    /// Goes through the queue like an item and is answered instead of written.
    private static final class Marker extends BenchSeries {
        private final boolean forced;
        private final CountDownLatch reached = new CountDownLatch(1);

        Marker(boolean forced) {
            super(Set.of(new byte[][] {{'m'}, {}}), 0, 0);
            this.forced = forced;
        }
    }
}
