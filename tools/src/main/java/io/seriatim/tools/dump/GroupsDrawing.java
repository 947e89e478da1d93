package io.seriatim.tools.dump;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.SamplesEncoder;

/// The groups of a SAMPLES frame, as far as they make sense.
final class GroupsDrawing {
    private final Fields fields;
    private final FrameDrawing frame;
    private long previousTimestamp;
    private long previousRef = -1;

    GroupsDrawing(Fields fields, FrameDrawing frame) {
        this.fields = fields;
        this.frame = frame;
    }

    void draw(int end) {
        if (!fields.has(16)) {
            return;
        }
        previousTimestamp = fields.longAt();
        fields.timestamp("min").timestamp("max");
        while (fields.at() < end && !fields.isFull()) {
            if (!group(end)) {
                fields.rest(end, "?", "makes no sense from here on");
                return;
            }
        }
        fields.rest(end, "..", end - fields.at() + " bytes more");
    }

    private boolean group(int end) {
        final long key = fields.varint();
        if (fields.varintLength() == 0) {
            return false;
        }
        final long ref = previousRef + SamplesEncoder.unzigzag(key >>> 2) + 1;
        if (ref < 0 || ref > Integer.MAX_VALUE) {
            return false;
        }
        previousRef = ref;
        final boolean defines = (key & SamplesEncoder.DEFINES) != 0;
        final boolean many = (key & SamplesEncoder.MANY) != 0;
        fields.add(
                fields.varintLength(),
                "key",
                "reference " + ref + (defines ? ", DEFINES" : " = " + frame.series((int) ref))
                        + (many ? ", MANY" : ""));
        long count = 1;
        if (many) {
            if (fields.varintLength() == 0) {
                return false;
            }
            count = fields.varint();
            fields.add(fields.varintLength(), "count", count + " samples");
        }
        return (!defines || labels()) && samples(count, end);
    }

    private boolean labels() {
        final long length = fields.varint();
        if (fields.varintLength() == 0
                || length <= 0
                || length > Labels.MAX_ENCODED_BYTES
                || !fields.has(fields.varintLength() + (int) length)) {
            return false;
        }
        fields.add(fields.varintLength(), "labels", length + " bytes");
        try {
            final Labels labels = Labels.decode(fields.bytes(), fields.at(), (int) length);
            fields.add((int) length, "", FrameDrawing.printable(labels));
        } catch (IllegalArgumentException failure) {
            fields.add((int) length, "", "no labels: " + failure.getMessage());
        }
        return true;
    }

    private boolean samples(long count, int end) {
        for (long i = 0; i < count && !fields.isFull(); i++) {
            final int length = fields.varintLength();
            if (length == 0 || fields.at() + length + Long.BYTES > end || !fields.has(length + Long.BYTES)) {
                return false;
            }
            previousTimestamp += SamplesEncoder.unzigzag(fields.varint());
            fields.add(length, "timestamp", fields.time(previousTimestamp));
            fields.value("value");
        }
        return true;
    }
}
