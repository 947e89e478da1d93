package io.seriatim.wal.mmap;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.format.Crc32cWords;
import io.seriatim.wal.format.FrameLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A registered series. Any thread.
///
/// `declaredIn` is the ordinal of the last segment that is known to hold a *committed* definition of the series.
/// It is set with release after the commit, never at the claim: if the definer dies or throws in between, nobody
/// has relied on it. Whoever acquires it claims later than the definition was claimed, so the definition lies
/// before the reference. Two threads may define the series twice, and an older ordinal may overwrite a newer one:
/// both cost bytes, nothing else.
final class Series implements SeriesHandle {
    private static final VarHandle DECLARED_IN;

    static {
        try {
            DECLARED_IN = MethodHandles.lookup()
                    .findVarHandle(Series.class, "declaredIn", int.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final MappedWal wal;
    final Shard shard;
    final Labels labels;
    final int ref;
    /// Type and reference, as a SAMPLE frame of this series has them.
    final long sampleWord;
    /// What the checksum of such a frame starts with.
    final int sampleCrc;

    private int declaredIn = -1;
    private volatile boolean forgotten;

    Series(MappedWal wal, Shard shard, Labels labels, int ref) {
        this.wal = wal;
        this.shard = shard;
        this.labels = labels;
        this.ref = ref;
        this.sampleWord = FrameLayout.SAMPLE | (long) ref << 32;
        this.sampleCrc = Crc32cWords.start(sampleWord);
    }

    boolean isDeclaredIn(int ordinal) {
        return declaredIn() == ordinal;
    }

    int declaredIn() {
        return (int) DECLARED_IN.getAcquire(this);
    }

    void declare(int ordinal) {
        DECLARED_IN.setRelease(this, ordinal);
    }

    /// The log does not know it by its labels any more: it stays usable, but need not be remembered.
    void forget() {
        forgotten = true;
    }

    boolean isForgotten() {
        return forgotten;
    }

    /// @return true if the series has no definition in the segment that holds `lsn`, or a later one
    boolean isIdleSince(long lsn) {
        final int ordinal = declaredIn();
        return ordinal < 0 || shard.endOf(ordinal) <= Lsn.position(lsn);
    }

    @Override
    public Labels labels() {
        return labels;
    }

    @Override
    public int shard() {
        return shard.index;
    }

    @Override
    public long append(long timestamp, double value) {
        return wal.confirm(shard, shard.appendSample(this, timestamp, Double.doubleToRawLongBits(value)));
    }

    @Override
    public long appendDurable(long timestamp, double value) {
        return wal.confirmDurable(shard, shard.appendSample(this, timestamp, Double.doubleToRawLongBits(value)));
    }

    @Override
    public long append(long timestamp, Histogram histogram) {
        return wal.appendHistogram(this, timestamp, histogram);
    }

    @Override
    public long appendExemplar(long timestamp, double value, Labels labels) {
        return wal.appendExemplar(this, timestamp, Double.doubleToRawLongBits(value), labels);
    }

    @Override
    public long appendMetadata(long timestamp, Labels attributes) {
        return wal.appendMetadata(this, timestamp, attributes);
    }

    @Override
    public String toString() {
        return "Series[ref=" + ref + ", labels=" + labels + "]";
    }
}
