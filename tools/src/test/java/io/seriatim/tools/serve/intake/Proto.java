package io.seriatim.tools.serve.intake;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A message in the making, written by protobuf's own library without a class for it.
final class Proto {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    interface Write {
        void to(CodedOutputStream out) throws IOException;
    }

    Proto put(Write write) {
        try {
            write.to(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return this;
    }

    Proto text(int field, String value) {
        return put(to -> to.writeString(field, value));
    }

    Proto raw(int field, byte[] value) {
        return put(to -> to.writeByteArray(field, value));
    }

    Proto message(int field, Proto value) {
        return raw(field, value.bytes());
    }

    Proto number(int field, double value) {
        return put(to -> to.writeDouble(field, value));
    }

    Proto int64(int field, long value) {
        return put(to -> to.writeInt64(field, value));
    }

    Proto sint(int field, int value) {
        return put(to -> to.writeSInt32(field, value));
    }

    Proto packed(int field, long... values) {
        final Proto packed = new Proto();
        for (final long value : values) {
            packed.put(to -> to.writeUInt64NoTag(value));
        }
        return raw(field, packed.bytes());
    }

    Proto packedZigzag(int field, long... values) {
        final Proto packed = new Proto();
        for (final long value : values) {
            packed.put(to -> to.writeSInt64NoTag(value));
        }
        return raw(field, packed.bytes());
    }

    Proto packedDoubles(int field, double... values) {
        final Proto packed = new Proto();
        for (final double value : values) {
            packed.put(to -> to.writeDoubleNoTag(value));
        }
        return raw(field, packed.bytes());
    }

    byte[] bytes() {
        put(CodedOutputStream::flush);
        return bytes.toByteArray();
    }

    static Proto labels(Proto series, String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            series.message(1, new Proto().text(1, namesAndValues[i]).text(2, namesAndValues[i + 1]));
        }
        return series;
    }

    static Proto sample(double value, long time) {
        return new Proto().number(1, value).int64(2, time);
    }

    static Proto span(int offset, int length) {
        return new Proto().sint(1, offset).int64(2, length);
    }

    /// A native histogram of integers: buckets 1, 2 and 5 of positive values, 0 of negative ones.
    static Proto histogram(long time) {
        return new Proto()
                .int64(1, 21)
                .number(3, 18.5)
                .sint(4, 3)
                .number(5, 0.001)
                .int64(6, 2)
                .message(8, span(0, 1))
                .packedZigzag(9, 4)
                .message(11, span(1, 2))
                .message(11, span(2, 1))
                .packedZigzag(12, 5, -2, 4)
                .int64(14, 2)
                .int64(15, time);
    }

    static final String HISTOGRAM = "histogram scale=3 CONTINUED count=21.0 %ssum=18.5 zeros=2.0 threshold=0.001"
            + " positive=0:5.0,1:3.0,4:7.0 negative=-1:4.0";

    static Proto floatHistogram(long time) {
        return new Proto()
                .number(2, 2.5)
                .number(3, -1)
                .sint(4, -1)
                .number(7, 0.5)
                .message(11, span(-2, 2))
                .packedDoubles(13, 1.25, 0.75)
                .int64(14, 3)
                .int64(15, time);
    }

    static final String FLOAT_HISTOGRAM =
            "histogram scale=-1 floats GAUGE count=2.5 sum=-1.0 zeros=0.5 threshold=0.0" + " positive=-3:1.25,-2:0.75";

    static Proto customHistogram(long time) {
        return new Proto()
                .int64(1, 9)
                .number(3, 40)
                .sint(4, -53)
                .message(11, span(0, 1))
                .message(11, span(1, 1))
                .packedZigzag(12, 2, 5)
                .int64(15, time)
                .packedDoubles(16, 1, 5);
    }

    static final String CUSTOM_HISTOGRAM =
            "histogram explicit UNKNOWN count=9.0 sum=40.0 bounds=1.0,5.0 positive=0:2.0,2:7.0";
}
