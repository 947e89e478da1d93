package io.seriatim.wal.adapters;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// Appends from Agrona's [DirectBuffer], on or off the heap. Bytes go straight into the frame
/// under construction; no array is made of them first. Allocates nothing, but for a series that it meets for the
/// first time. Not thread-safe: one for each thread that appends.
public final class AgronaAppender {
    private final InPlaceAppender<DirectBuffer> appender;

    /// @param wal the log to append to
    public AgronaAppender(Wal wal) {
        this.appender = new InPlaceAppender<>(wal, new AgronaMemory());
    }

    /// Appends opaque bytes: see [Wal#appendRecord(int, int, byte[], int, int)].
    ///
    /// @return the lsn of the record's end, or [io.seriatim.wal.Lsn#DROPPED]
    /// @throws IndexOutOfBoundsException if the range is not inside `source`
    public long appendRecord(int shard, int kind, DirectBuffer source, int offset, int length) {
        return appender.appendRecord(shard, kind, source, offset, length);
    }

    /// Finds or registers a series by its labels, encoded as [#putLabels] or [Labels#copyEncodedTo] writes them. They
    /// are compared where they lie. The handle is any thread's and may be kept.
    ///
    /// @throws IllegalArgumentException  if these are no labels
    /// @throws IndexOutOfBoundsException if the range is not inside `labels`
    public SeriesHandle series(DirectBuffer labels, int offset, int length) {
        return appender.series(labels, offset, length);
    }

    /// Appends samples of one series, together as one record: see [Wal#append]. Each takes 16 bytes: the timestamp and
    /// the value's bits, both little-endian.
    ///
    /// @param series of the same log
    /// @param count  how many; 0 logs that the series exists
    /// @return the lsn of the record's end, or [io.seriatim.wal.Lsn#DROPPED]
    /// @throws IndexOutOfBoundsException if they are not inside `source`
    public long append(SeriesHandle series, DirectBuffer source, int offset, int count) {
        return appender.append(series, source, offset, count);
    }

    /// Forgets the series that [#series] has found. It keeps all of them, also those that
    /// [Wal#evictIdle] makes the log forget.
    public void forget() {
        appender.forget();
    }

    /// Writes labels as [#series] reads them.
    ///
    /// @return how many bytes
    public static int putLabels(Labels labels, MutableDirectBuffer target, int offset) {
        final byte[] encoded = new byte[labels.encodedLength()];
        labels.copyEncodedTo(encoded, 0);
        target.putBytes(offset, encoded);
        return encoded.length;
    }
}
