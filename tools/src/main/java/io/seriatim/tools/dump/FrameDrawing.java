package io.seriatim.tools.dump;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// A frame on its layout: see FORMAT.md. Also of bytes that are none, as far as they look like one.
final class FrameDrawing {
    private static final int RAW_BYTES = 256;

    private final SegmentHeader header;
    private final Map<Integer, Labels> labels;

    /// @param header of the segment
    /// @param labels what references stand for, as far as known
    FrameDrawing(SegmentHeader header, Map<Integer, Labels> labels) {
        this.header = header;
        this.labels = labels;
    }

    /// @param bytes  from the commit word to the frame's rounded end, or the first part of them
    /// @param offset of the frame, in the file
    List<Field> draw(byte[] bytes, long offset) {
        final Fields fields = new Fields(bytes, header.timeUnit());
        final int word = fields.intAt();
        fields.add(4, "length", commitWord(word));
        if (!fields.has(4)) {
            return fields.list();
        }
        fields.add(4, "crc", crc(bytes, offset, word));
        if (Math.abs(word) < FrameLayout.PAYLOAD_OFFSET || !fields.has(8)) {
            return fields.list();
        }
        final int typeWord = fields.intAt();
        final int type = FrameLayout.type(typeWord);
        fields.add(1, "type", Part.typeName(type));
        fields.add(3, aux(type), aux(type, FrameLayout.aux(typeWord)));
        fields.add(4, word(type), word(type, fields.intAt()));
        content(fields, type, Math.min(Math.abs(word), bytes.length));
        if (fields.at() < bytes.length && fields.at() == Math.abs(word)) {
            fields.rest(bytes.length, "fill", "up to the next multiple of 8");
        }
        return fields.list();
    }

    private static String commitWord(int word) {
        if (word == 0) {
            return "0: nothing was committed here";
        }
        return word < 0 ? word + ": claimed, not committed" : String.valueOf(word);
    }

    private String crc(byte[] bytes, long offset, int word) {
        final int stored = Bytes.getInt(bytes, FrameLayout.CRC_OFFSET);
        final boolean pad = word == FrameLayout.SHORT_PAD_LENGTH
                || bytes.length > FrameLayout.TYPE_OFFSET && bytes[FrameLayout.TYPE_OFFSET] == FrameLayout.PAD;
        final int covered = pad ? Math.min(word, FrameLayout.PAYLOAD_OFFSET) : FrameLayout.align(Math.max(0, word));
        final String hex = String.format("0x%08x", stored);
        if (word < FrameLayout.SHORT_PAD_LENGTH || covered > bytes.length) {
            return hex;
        }
        final CRC32C crc = new CRC32C();
        crc.update(bytes, FrameLayout.TYPE_OFFSET, covered - FrameLayout.TYPE_OFFSET);
        final int computed = (int) crc.getValue() ^ FrameSeed.at(header.seed(), header.base() + offset, word);
        return hex + (stored == computed ? ", right" : String.format(", WRONG: the bytes come to 0x%08x", computed));
    }

    private static String aux(int type) {
        return switch (type) {
            case FrameLayout.SAMPLES -> "definitions";
            case FrameLayout.MARK -> "flags";
            case FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR, FrameLayout.METADATA -> "labelsLength";
            default -> "aux";
        };
    }

    private static String aux(int type, int aux) {
        if (type != FrameLayout.MARK || aux == 0) {
            return String.valueOf(aux);
        }
        return aux + ":" + ((aux & Mark.IDLE) != 0 ? " IDLE" : "") + ((aux & Mark.CLOSE) != 0 ? " CLOSE" : "");
    }

    private static String word(int type) {
        return switch (type) {
            case FrameLayout.SAMPLE, FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR, FrameLayout.METADATA -> "ref";
            case FrameLayout.SAMPLES -> "samples";
            case FrameLayout.RECORD -> "kind";
            default -> "word";
        };
    }

    private String word(int type, int word) {
        return word(type).equals("ref") ? word + " = " + series(word) : String.valueOf(word);
    }

    String series(int ref) {
        final Labels known = labels.get(ref);
        return known == null ? "not defined in this segment" : printable(known);
    }

    static String printable(Labels labels) {
        return labels.toString().replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
    }

    private void content(Fields fields, int type, int end) {
        switch (type) {
            case FrameLayout.PAD -> {}
            case FrameLayout.SAMPLE -> {
                if (fields.has(16)) {
                    fields.timestamp("timestamp").value("value");
                }
            }
            case FrameLayout.SAMPLES -> new GroupsDrawing(fields, this).draw(end);
            case FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR, FrameLayout.METADATA ->
                DetailDrawing.draw(fields, type, end);
            case FrameLayout.MARK -> {
                if (fields.has(40)) {
                    fields.number(8, "durable")
                            .number(8, "from")
                            .number(8, "to")
                            .number(8, "records");
                    fields.wallClock("wallClockMs");
                }
            }
            case FrameLayout.VERDICT -> verdict(fields, end);
            default -> {
                fields.raw(Math.min(end, fields.at() + RAW_BYTES));
                fields.rest(end, "..", end - fields.at() + " bytes more");
            }
        }
    }

    private static void verdict(Fields fields, int end) {
        for (final String name : List.of("from", "prefixEnd", "end", "durable", "gapCount")) {
            if (fields.has(8)) {
                fields.number(8, name);
            }
        }
        while (fields.has(24) && fields.at() < end && !fields.isFull()) {
            fields.number(8, "gap from").number(8, "gap to");
            final long meaning = fields.longAt();
            fields.add(8, "meaning", meaning + ": " + meaning(meaning));
        }
        fields.rest(end, "..", end - fields.at() + " bytes more");
    }

    private static String meaning(long meaning) {
        return switch ((int) meaning) {
            case Verdict.Gap.TORN -> "TORN";
            case Verdict.Gap.LOST -> "LOST";
            case Verdict.Gap.ABANDONED -> "ABANDONED";
            case Verdict.Gap.UNDETERMINED -> "UNDETERMINED";
            default -> "means nothing";
        };
    }
}
