package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/// What a stress run has appended, and what a reader may therefore find. Any thread.
///
/// Every series, and every thread's opaque records in one shard, is a stream of its own, written by one thread: its
/// entries are numbered 0, 1, 2, ... So order is a number that grows, and a gap names what is missing.
final class StressModel {
    /// The append has not returned, or did so in a way that leaves open whether it was logged.
    private static final long OPEN = Long.MIN_VALUE;
    /// The append was refused, and is nowhere.
    static final long REFUSED = Lsn.DROPPED;

    private final Map<Object, Stream> streams = new ConcurrentHashMap<>();
    private final AtomicLongArray floors = new AtomicLongArray(Lsn.MAX_SHARDS);

    Stream stream(Object name) {
        return streams.computeIfAbsent(name, Stream::new);
    }

    /// What a thread's opaque records in a shard are called.
    record Opaque(int thread, int shard) {}

    /// Says that a truncation up to a position may begin.
    void raiseFloor(int shard, long position) {
        floors.accumulateAndGet(shard, position, Math::max);
    }

    /// @return a replay to come, which must find at least what is settled now. It does not wait for an append that is
    ///         under way in a place that it passes, and may find later ones of the same thread behind
    Reader replay() {
        final Reader reader = new Reader(false);
        streams.values().forEach(stream -> reader.required.put(stream, stream.settled()));
        return reader;
    }

    /// @return a tailer to come, which waits for what it does not find, and so finds everything before what it finds
    Reader tailer() {
        return new Reader(true);
    }

    /// The appends of one thread to one series, or of its opaque records to one shard.
    static final class Stream {
        final Object name;
        // By number: an lsn; REFUSED; or OPEN + the operation's number, since one frame holds all of an operation.
        private long[] lsns = new long[64];
        private int size;
        private int settled;
        private int operations;

        private Stream(Object name) {
            this.name = name;
        }

        /// Begins an operation of so many entries. Owner only; its operations do not overlap.
        ///
        /// @return the number of the first
        synchronized int begin(int count) {
            if (size + count > lsns.length) {
                lsns = Arrays.copyOf(lsns, Math.max(size + count, 2 * lsns.length));
            }
            Arrays.fill(lsns, size, size + count, OPEN + operations++);
            size += count;
            return size - count;
        }

        /// Ends it: with an lsn, or [#REFUSED].
        synchronized void end(int count, long lsn) {
            Arrays.fill(lsns, size - count, size, lsn);
            settled = size;
        }

        /// Ends it without anybody knowing whether it was logged.
        synchronized void endUnknown() {
            settled = size;
        }

        /// @return true if an entry and the next were appended together. Call it with the lock held
        private boolean isOneFrame(int number) {
            return lsns[number] == lsns[number + 1] && lsns[number] != REFUSED;
        }

        private synchronized int settled() {
            return settled;
        }

        double value(int number) {
            return Double.longBitsToDouble((name.hashCode() + 1L) * 0x9E3779B97F4A7C15L ^ number * 0xC2B2AE3D27D4EB4FL);
        }
    }

    /// One replay, or one tailer for all its life. Calls for one stream come one after the other.
    final class Reader implements ReplayHandler {
        private final Map<Stream, Integer> required = new HashMap<>();
        private final Map<Stream, Integer> last = new ConcurrentHashMap<>();
        private final boolean waits;

        private Reader(boolean waits) {
            this.waits = waits;
        }

        @Override
        public void onSamples(Labels series, Samples samples) {
            final Stream stream = streams.get(series);
            check(stream != null, "phantom series", series, -1);
            for (int i = 0; i < samples.count(); i++) {
                final int number = (int) samples.timestamp(i);
                check(
                        samples.timestamp(i) == number
                                && samples.valueBits(i) == Double.doubleToRawLongBits(stream.value(number)),
                        "other bits",
                        series,
                        number);
                accept(stream, number, samples.lsn());
            }
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            final ByteBuffer bytes = ByteBuffer.wrap(record.toByteArray());
            final Opaque name = new Opaque(record.kind(), bytes.getInt());
            final Stream stream = streams.get(name);
            check(stream != null, "phantom record", name, -1);
            final int number = bytes.getInt();
            while (bytes.hasRemaining()) {
                check(bytes.get() == (byte) number, "other bytes", name, number);
            }
            accept(stream, number, record.lsn());
        }

        @Override
        public void onOrphan(long epochId, int ref, Samples samples) {
            throw new AssertionError("orphan: epochId=" + epochId + " ref=" + ref + " lsn=" + samples.lsn());
        }

        private void accept(Stream stream, int number, long lsn) {
            final int before = last.getOrDefault(stream, -1);
            synchronized (stream) {
                check(number > before, "doubled or out of order behind " + before, stream.name, number);
                check(number < stream.size, "never appended", stream.name, number);
                final long known = stream.lsns[number];
                check(known != REFUSED, "refused, and there all the same", stream.name, number);
                check(known < 0 || known == lsn, "another lsn than the append returned", stream.name, number);
                passOver(stream, before, number);
            }
            last.put(stream, number);
        }

        /// Everything between two numbers was not found: it must be below a floor, or refused, or have an outcome
        /// that nobody knows; and no frame of which a part was found may have lost the rest.
        private void passOver(Stream stream, int before, int number) {
            final int end = waits ? number : Math.min(number, required.getOrDefault(stream, 0));
            for (int missing = before + 1; missing < end; missing++) {
                final long lsn = stream.lsns[missing];
                final boolean excused = lsn < 0 || Lsn.position(lsn) <= floors.get(Lsn.shard(lsn));
                check(excused, "missing, lsn " + Lsn.toString(lsn), stream.name, missing);
            }
            if (number - before > 1) {
                check(before < 0 || !stream.isOneFrame(before), "torn behind", stream.name, before);
                check(
                        number == 0 || number == stream.size || !stream.isOneFrame(number - 1),
                        "torn before",
                        stream.name,
                        number);
            }
        }

        /// After a replay's last call: whether everything was found that it must find.
        void finish() {
            required.forEach(this::finish);
        }

        /// After a tailer's last call, with no append under way: whether everything was found.
        void finishAll() {
            streams.values().forEach(stream -> finish(stream, stream.settled()));
        }

        private void finish(Stream stream, int end) {
            final int before = last.getOrDefault(stream, -1);
            synchronized (stream) {
                passOver(stream, before, end);
            }
        }

        private void check(boolean right, String what, Object name, int number) {
            if (!right) {
                throw new AssertionError(what + ": stream=" + name + " number=" + number);
            }
        }
    }
}
