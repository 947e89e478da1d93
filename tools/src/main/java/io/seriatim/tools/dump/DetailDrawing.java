package io.seriatim.tools.dump;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.HistogramCodec;
import io.seriatim.wal.format.SamplesEncoder;

/// What a HISTOGRAM, EXEMPLAR or METADATA frame says, as far as it makes sense.
final class DetailDrawing {
    private final Fields fields;
    private final int end;
    private boolean floats;

    private DetailDrawing(Fields fields, int end) {
        this.fields = fields;
        this.end = end;
    }

    /// @param end where the frame ends, or what of it is there
    static void draw(Fields fields, int type, int end) {
        if (!fields.has(Long.BYTES)) {
            return;
        }
        final int labelsLength = FrameLayout.aux(Bytes.getInt(fields.bytes(), FrameLayout.TYPE_OFFSET));
        fields.timestamp("timestamp");
        final DetailDrawing drawing = new DetailDrawing(fields, end - labelsLength);
        if (drawing.end >= fields.at()) {
            switch (type) {
                case FrameLayout.HISTOGRAM -> drawing.histogram();
                case FrameLayout.EXEMPLAR -> drawing.exemplar();
                default -> drawing.labels("says", drawing.end);
            }
            drawing.labels("series", end);
        }
        fields.rest(end, "?", "makes no sense from here on");
    }

    private boolean has(int length) {
        return fields.at() + length <= end && fields.has(length);
    }

    private void exemplar() {
        if (has(Double.BYTES)) {
            fields.value("value");
            labels("own", end);
        }
    }

    private void labels(String name, int to) {
        final int length = to - fields.at();
        if (length <= 0 || !fields.has(length)) {
            return;
        }
        try {
            fields.add(length, name, FrameDrawing.printable(Labels.decode(fields.bytes(), fields.at(), length)));
        } catch (IllegalArgumentException failure) {
            fields.add(length, name, "no labels: " + failure.getMessage());
        }
    }

    private void histogram() {
        final long flags = fields.varint();
        if (!varint("flags", flags + ":" + flags(flags))) {
            return;
        }
        floats = (flags & HistogramCodec.FLOATS) != 0;
        boolean sense = (flags & HistogramCodec.START) == 0
                || varint("start", SamplesEncoder.unzigzag(fields.varint()) + " before");
        sense = sense && number("count");
        sense = sense && ((flags & HistogramCodec.SUM) == 0 || decimal("sum"));
        sense = sense && ((flags & HistogramCodec.MIN) == 0 || decimal("min"));
        sense = sense && ((flags & HistogramCodec.MAX) == 0 || decimal("max"));
        if (!sense) {
            return;
        }
        if ((flags & HistogramCodec.EXPONENTIAL) == 0) {
            if (bounds()) {
                buckets("buckets");
            }
        } else if (varint("scale", "" + SamplesEncoder.unzigzag(fields.varint()))
                && decimal("zeroThreshold")
                && number("zeroCount")
                && buckets("positive")) {
            buckets("negative");
        }
    }

    private static String flags(long flags) {
        return ((flags & HistogramCodec.EXPONENTIAL) == 0 ? " explicit" : " exponential")
                + ((flags & HistogramCodec.FLOATS) == 0 ? "" : ", counts are doubles")
                + ((flags & HistogramCodec.DELTA) == 0 ? "" : ", delta")
                + ((flags & HistogramCodec.STALE) == 0 ? "" : ", stale");
    }

    private boolean bounds() {
        final long count = fields.varint();
        if (!varint("bounds", count + " bounds")) {
            return false;
        }
        for (long i = 0; i < count && !fields.isFull(); i++) {
            if (!decimal("bound")) {
                return false;
            }
        }
        return !fields.isFull();
    }

    private boolean buckets(String name) {
        final long size = fields.varint();
        if (!varint(name, size + " buckets")) {
            return false;
        }
        long index = 0;
        for (long done = 0; done < size && !fields.isFull(); ) {
            final long skip = fields.varint();
            index = done == 0 ? SamplesEncoder.unzigzag(skip) : index + 1 + skip;
            if (!varint("from", "bucket " + index)) {
                return false;
            }
            final long length = fields.varint();
            if (!varint("run", length + " in a row") || length < 1) {
                return false;
            }
            for (final long to = done + length; done < to && !fields.isFull(); done++, index++) {
                if (!number("[" + index + "]")) {
                    return false;
                }
            }
        }
        return !fields.isFull();
    }

    private boolean number(String name) {
        return floats ? decimal(name) : varint(name, Long.toUnsignedString(fields.varint()));
    }

    private boolean decimal(String name) {
        if (!has(Double.BYTES)) {
            return false;
        }
        fields.value(name);
        return true;
    }

    private boolean varint(String name, String meaning) {
        final int length = fields.varintLength();
        if (length == 0 || !has(length)) {
            return false;
        }
        fields.add(length, name, meaning);
        return true;
    }
}
