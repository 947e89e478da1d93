package io.seriatim.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/// Agrona's ring buffer in front of a writer thread that batches into a [java.nio.channels.FileChannel]: the best
/// rival. Producers serialize straight into the ring (`tryClaim`, `commit`); the writer copies what it finds to a
/// direct buffer and writes that when it is full or the ring is empty.
final class AgronaRing implements Contender {
    // Both sizes were tried from 256 KiB to 64 MiB; see RESULTS.md.
    private static final int RING_BYTES = Integer.getInteger("bench.ring", 4 << 20);
    private static final int WRITE_BYTES = Integer.getInteger("bench.write", 1 << 20);
    private static final int ITEM = 1;
    private static final int READ_LIMIT = 4096;
    private static final int SPINS = 100;

    private final OutputFile file;
    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH, 64)));
    private final Thread writer = new Thread(this::write, "rival-writer");

    private final boolean durable;
    private final ForcedPosition forced = new ForcedPosition();

    private volatile long written;
    private volatile boolean closed;

    AgronaRing(Setup setup) {
        file = new OutputFile(setup.directory());
        durable = setup.durable();
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
    public void append(BenchSeries series) {
        final int length = ItemLayout.length(series);
        int index = ring.tryClaim(ITEM, length);
        for (int tries = 0; index < 0; tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
            index = ring.tryClaim(ITEM, length);
        }
        ItemLayout.put(ring.buffer(), index, series, length);
        ring.commit(index);
    }

    private void write() {
        final Batch batch = new Batch();
        final IdleStrategy idle = new BackoffIdleStrategy();
        try {
            while (!closed) {
                final int read = ring.read(batch, READ_LIMIT);
                if (durable && read > 0) {
                    batch.flush();
                    file.force();
                    forced.publish(ring.consumerPosition());
                } else if (read == 0) {
                    batch.flush();
                    // Whoever sees the ring's position reached sees the file complete.
                    written = ring.consumerPosition();
                }
                idle.idle(read);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private final class Batch implements MessageHandler {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BYTES);

        @Override
        public void onMessage(int type, MutableDirectBuffer source, int index, int length) {
            if (buffer.remaining() < length) {
                try {
                    flush();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
            source.getBytes(index, buffer, length);
        }

        void flush() throws IOException {
            if (buffer.position() > 0) {
                file.write(buffer);
            }
        }
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        for (int i = from; i < from + count; i++) {
            append(series[i]);
        }
        forced.await(ring.producerPosition());
    }

    @Override
    public void drain() {
        final long end = ring.producerPosition();
        while (written < end) {
            Thread.onSpinWait();
        }
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

    @Override
    public void close() {
        closed = true;
    }
}
