package io.seriatim.wal.adapters;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import java.nio.ByteOrder;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;

final class ChronicleLibrary implements Library {
    private final BytesStore<?, Void> store = BytesStore.nativeStoreWithFixedCapacity(BYTES);
    private final ChronicleView view = new ChronicleView();
    private ChronicleAppender appender;

    @Override
    public void use(Wal wal) {
        appender = new ChronicleAppender(wal);
    }

    @Override
    public void put(int offset, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            store.writeByte(offset + i, bytes[i]);
        }
    }

    @Override
    public void putLong(int offset, long littleEndian) {
        store.writeLong(
                offset,
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? littleEndian : Long.reverseBytes(littleEndian));
    }

    @Override
    public int putLabels(Labels labels, int offset) {
        return ChronicleAppender.putLabels(labels, store, offset);
    }

    @Override
    public long appendRecord(int kind, int offset, int length) {
        return appender.appendRecord(0, kind, store, offset, length);
    }

    @Override
    public SeriesHandle series(int offset, int length) {
        return appender.series(store, offset, length);
    }

    @Override
    public long append(SeriesHandle series, int offset, int count) {
        return appender.append(series, store, offset, count);
    }

    @Override
    public void forget() {
        appender.forget();
    }

    @Override
    public long viewLength(OpaqueRecord record) {
        return view.of(record).readRemaining();
    }

    @Override
    public byte viewByte(OpaqueRecord record, int index) {
        final Bytes<?> bytes = view.of(record);
        return bytes.readByte(bytes.readPosition() + index);
    }

    @Override
    public void close() {
        store.releaseLast();
    }
}
