package io.seriatim.tools.sort;

import io.seriatim.wal.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What samples are sorted by: bytes that compare, unsigned, first as the metric's names and then as the
/// labels.
///
/// ```
/// name, with 00 written as 00 FF | 00 01 | labels as Labels encodes them        a series
/// 00 02 | kind, four bytes                                                      opaque records of one kind
/// ```
public final class SortKey {
    private static final String METRIC_NAME = "__name__";
    private static final byte ESCAPED = (byte) 0xff;
    private static final byte END = 1;
    private static final byte RECORD = 2;
    private static final int RECORD_BYTES = 6;

    private SortKey() {}

    /// @return the key of a series
    public static byte[] of(Labels series) {
        final String metric = series.get(METRIC_NAME);
        final byte[] name = metric == null ? new byte[0] : metric.getBytes(StandardCharsets.UTF_8);
        final byte[] key = new byte[2 * name.length + 2 + series.encodedLength()];
        int at = 0;
        for (final byte each : name) {
            key[at++] = each;
            if (each == 0) {
                key[at++] = ESCAPED;
            }
        }
        key[at++] = 0;
        key[at++] = END;
        series.copyEncodedTo(key, at);
        return Arrays.copyOf(key, at + series.encodedLength());
    }

    /// @return the key of all opaque records of a kind
    public static byte[] ofRecords(int kind) {
        return new byte[] {0, RECORD, (byte) (kind >> 24), (byte) (kind >> 16), (byte) (kind >> 8), (byte) kind};
    }

    /// @return whether it stands for opaque records
    public static boolean isRecords(byte[] key, int length) {
        return length == RECORD_BYTES && key[0] == 0 && key[1] == RECORD;
    }

    /// @return the kind of the opaque records that it stands for
    public static int kind(byte[] key) {
        return key[2] << 24 | (key[3] & 0xff) << 16 | (key[4] & 0xff) << 8 | key[5] & 0xff;
    }

    /// @return the labels of the series that it stands for
    public static Labels labels(byte[] key, int length) {
        final int at = labelsOffset(key);
        return Labels.decode(key, at, length - at);
    }

    /// @return where the labels' encoding begins
    static int labelsOffset(byte[] key) {
        int at = 0;
        while (key[at] != 0 || key[at + 1] != END) {
            at += key[at] == 0 ? 2 : 1;
        }
        return at + 2;
    }

    /// @return how two keys are ordered
    public static int compare(byte[] a, int aLength, byte[] b, int bLength) {
        return Arrays.compareUnsigned(a, 0, aLength, b, 0, bLength);
    }
}
