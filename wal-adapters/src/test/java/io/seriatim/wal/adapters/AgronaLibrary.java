package io.seriatim.wal.adapters;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

final class AgronaLibrary implements Library {
    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(BYTES));
    private final AgronaView view = new AgronaView();
    private AgronaAppender appender;

    @Override
    public void use(Wal wal) {
        appender = new AgronaAppender(wal);
    }

    @Override
    public void put(int offset, byte[] bytes) {
        buffer.putBytes(offset, bytes);
    }

    @Override
    public void putLong(int offset, long littleEndian) {
        buffer.putLong(offset, littleEndian, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public int putLabels(Labels labels, int offset) {
        return AgronaAppender.putLabels(labels, buffer, offset);
    }

    @Override
    public long appendRecord(int kind, int offset, int length) {
        return appender.appendRecord(0, kind, buffer, offset, length);
    }

    @Override
    public SeriesHandle series(int offset, int length) {
        return appender.series(buffer, offset, length);
    }

    @Override
    public long append(SeriesHandle series, int offset, int count) {
        return appender.append(series, buffer, offset, count);
    }

    @Override
    public void forget() {
        appender.forget();
    }

    @Override
    public long viewLength(OpaqueRecord record) {
        return view.of(record).capacity();
    }

    @Override
    public byte viewByte(OpaqueRecord record, int index) {
        return view.of(record).getByte(index);
    }

    @Override
    public void close() {}
}
