package io.seriatim.wal.mmap;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SegmentHeader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A log of one segment whose producers and flusher go on while it is read: before any read, and between any two words
/// of one. What they store, and in which order, is what [Shard] stores: the claim, the body from its beginning to its
/// end, the committed length. Who goes on, and when, a seed says; so a race with a reader can be had again.
final class GrowingLog {
    static final Path DIRECTORY = Path.of("/growing");
    private static final Path SEGMENT = LogFiles.segment(LogFiles.shard(DIRECTORY, 0), 0);
    private static final int SEGMENT_BYTES = 16 * 1024;
    private static final int PRODUCERS = 3;
    private static final int FLUSHER = PRODUCERS;
    /// So that the claims open at a time hold no whole page: that looks like pages the kernel has dropped.
    private static final int MAX_RECORD_BYTES = 1000;

    private final RandomGenerator random;
    private final MemoryStorage disk = new MemoryStorage();
    private final byte[] last;
    private final byte[] now;
    private final List<SegmentEditor.Frame> frames;
    private final int[] threadOf;
    private final boolean[] committed;
    private final Storing[] storing = new Storing[PRODUCERS + 1];
    private final int wordsPerStep;
    private int claimed;

    /// A claimed frame of which this much is stored; 0 if not even the claim can be seen.
    private record Storing(int frame, int bytes) {}

    GrowingLog(long seed) {
        random = new SplittableRandom(seed);
        write();
        final SegmentEditor segment = SegmentEditor.of(SEGMENT, disk.bytes(SEGMENT));
        frames = segment.frames();
        committed = new boolean[frames.size()];
        // A reference is used once its definition is committed: so one producer has all samples.
        threadOf = frames.stream()
                .mapToInt(frame -> switch (frame.type()) {
                    case FrameLayout.RECORD -> random.nextInt(PRODUCERS);
                    case FrameLayout.MARK -> FLUSHER;
                    default -> 0;
                })
                .toArray();
        letMarksLagBehind(segment);
        last = segment.bytes;
        now = last.clone();
        Arrays.fill(now, SegmentHeader.HEADER_BYTES, now.length, (byte) 0);
        wordsPerStep = 8 << random.nextInt(9);
        for (int steps = random.nextInt(200); steps > 0; steps--) {
            step();
        }
    }

    private void write() {
        // Never closed: its process is at work.
        final MappedWal wal = MappedWal.open(Logs.config(DIRECTORY).segmentBytes(SEGMENT_BYTES), disk, null);
        final byte[] bytes = new byte[MAX_RECORD_BYTES];
        random.nextBytes(bytes);
        final int end = SEGMENT_BYTES - 2 * MAX_RECORD_BYTES;
        for (int i = 0; Lsn.position(wal.checkpoint().lsn(0)) < end; i++) {
            switch (random.nextInt(4)) {
                case 0 -> Logs.appendRange(wal, i, i + 1);
                case 1 -> Logs.flush(wal);
                default -> wal.appendRecord(0, i, bytes, 0, random.nextInt(MAX_RECORD_BYTES));
            }
        }
    }

    /// A mark speaks of what was committed before it was claimed; claims may be open in between.
    private void letMarksLagBehind(SegmentEditor segment) {
        int durable = SegmentHeader.HEADER_BYTES;
        int to = durable;
        for (int i = 0; i < frames.size(); i++) {
            final SegmentEditor.Frame mark = frames.get(i);
            if (mark.type() == FrameLayout.MARK) {
                durable = to;
                to = Math.max(to, frames.get(random.nextInt(i + 1)).offset());
                final int fields = mark.offset() + FrameLayout.PAYLOAD_OFFSET;
                Bytes.putLong(segment.bytes, fields, durable);
                Bytes.putLong(segment.bytes, fields + Long.BYTES, durable);
                Bytes.putLong(segment.bytes, fields + 2 * Long.BYTES, to);
                segment.sign(mark.offset());
            }
        }
    }

    /// Somebody goes one store further, if it is possible.
    void step() {
        final int thread = random.nextInt(storing.length);
        final Storing doing = storing[thread];
        if (doing != null) {
            storing[thread] = store(doing);
        } else if (claimed < threadOf.length && threadOf[claimed] == thread && mayClaim(frames.get(claimed))) {
            storing[thread] = new Storing(claimed++, 0);
        }
    }

    private boolean mayClaim(SegmentEditor.Frame frame) {
        for (int i = 0;
                frame.type() == FrameLayout.MARK && frames.get(i).offset() < Mark.to(last, frame.offset());
                i++) {
            if (!committed[i]) {
                return false;
            }
        }
        return true;
    }

    /// @return null if that has committed it
    private Storing store(Storing doing) {
        final SegmentEditor.Frame frame = frames.get(doing.frame);
        final int at = frame.offset();
        final int bytes = frame.end() - at;
        if (doing.bytes == bytes) {
            Bytes.putInt(now, at, frame.length());
            committed[doing.frame] = true;
            return null;
        }
        if (doing.bytes == 0) {
            System.arraycopy(last, at, now, at, FrameLayout.TYPE_OFFSET);
            Bytes.putInt(now, at, -bytes);
            return new Storing(doing.frame, FrameLayout.TYPE_OFFSET);
        }
        final int upTo = Math.min(bytes, doing.bytes + FrameLayout.ALIGNMENT * random.nextInt(1, 40));
        System.arraycopy(last, at + doing.bytes, now, at + doing.bytes, upTo - doing.bytes);
        return new Storing(doing.frame, upTo);
    }

    /// @return the lsns of what has been appended so far and what a reader hands on
    List<Long> appended() {
        final List<Long> lsns = new ArrayList<>();
        for (int i = 0; i < committed.length; i++) {
            final int type = frames.get(i).type();
            if (committed[i] && type != FrameLayout.MARK && type != FrameLayout.VERDICT) {
                lsns.add(Lsn.of(0, frames.get(i).end()));
            }
        }
        return lsns;
    }

    boolean isComplete() {
        for (final boolean each : committed) {
            if (!each) {
                return false;
            }
        }
        return true;
    }

    /// @return the log as a reader finds it
    Storage storage() {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (_, method, arguments) -> {
                    if (method.getName().equals("open") && arguments[0].equals(SEGMENT)) {
                        return new Growing();
                    }
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    private final class Growing implements StorageFile {
        @Override
        public long size() {
            return now.length;
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            while (random.nextInt(4) == 0) {
                step();
            }
            final int count = (int) Math.min(target.remaining(), now.length - offset);
            for (int i = 0; i < count; i++) {
                if ((offset + i) % Long.BYTES == 0 && random.nextInt(wordsPerStep) == 0) {
                    step();
                }
                target.put(now[(int) offset + i]);
            }
            return count == 0 && target.hasRemaining() ? -1 : count;
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Mapping map(long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
