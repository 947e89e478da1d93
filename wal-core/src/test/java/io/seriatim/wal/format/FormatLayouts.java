package io.seriatim.wal.format;

import io.seriatim.wal.format.Verdict.Gap;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Where the code puts each field: told by its constants, or found out by changing one field at a time and
/// looking which byte is the first to change.
final class FormatLayouts {
    /// The offset of zeros, which the fields around them tell.
    static final int ANYWHERE = -1;
    /// The end of what has no fixed length.
    static final int OPEN = -1;

    private static final UUID ZERO = new UUID(0, 0);
    /// Not empty, whichever bound becomes -1.
    private static final Gap GAP = new Gap(Long.MIN_VALUE, 0, 0);
    private static final int AUX_OFFSET = FrameLayout.TYPE_OFFSET + 1;

    private FormatLayouts() {}

    /// One layout.
    ///
    /// @param offsets of each field by name
    /// @param end     behind the last field, or [#OPEN]
    record Layout(Map<String, Integer> offsets, int end) {}

    /// @return by name of the table
    static Map<String, Layout> all() {
        return Map.ofEntries(
                Map.entry("header", header()),
                Map.entry("seal", seal()),
                Map.entry("meta", meta()),
                Map.entry("consumer", consumer()),
                Map.entry("frame", frame()),
                Map.entry(
                        "pad",
                        typed(
                                OPEN,
                                Map.of(
                                        "aux",
                                        AUX_OFFSET,
                                        "word",
                                        FrameLayout.WORD_OFFSET,
                                        "payload",
                                        FrameLayout.PAYLOAD_OFFSET))),
                Map.entry(
                        "sample",
                        typed(
                                FrameLayout.SAMPLE_LENGTH,
                                Map.of(
                                        "aux",
                                        AUX_OFFSET,
                                        "ref",
                                        FrameLayout.WORD_OFFSET,
                                        "timestamp",
                                        FrameLayout.SAMPLE_TIMESTAMP_OFFSET,
                                        "value",
                                        FrameLayout.SAMPLE_VALUE_OFFSET))),
                Map.entry(
                        "samples",
                        typed(
                                OPEN,
                                Map.of(
                                        "definitions",
                                        AUX_OFFSET,
                                        "samples",
                                        FrameLayout.WORD_OFFSET,
                                        "min",
                                        FrameLayout.SAMPLES_MIN_OFFSET,
                                        "max",
                                        FrameLayout.SAMPLES_MAX_OFFSET,
                                        "groups",
                                        FrameLayout.SAMPLES_GROUPS_OFFSET))),
                Map.entry(
                        "record",
                        typed(
                                OPEN,
                                Map.of(
                                        "aux",
                                        AUX_OFFSET,
                                        "kind",
                                        FrameLayout.WORD_OFFSET,
                                        "bytes",
                                        FrameLayout.RECORD_BYTES_OFFSET))),
                Map.entry(
                        "detail",
                        new Layout(
                                Map.of(
                                        "labelsLength",
                                        AUX_OFFSET,
                                        "ref",
                                        FrameLayout.WORD_OFFSET,
                                        "timestamp",
                                        FrameLayout.DETAIL_TIMESTAMP_OFFSET,
                                        "body",
                                        FrameLayout.DETAIL_BODY_OFFSET),
                                OPEN)),
                Map.entry("mark", mark()),
                Map.entry("verdict", verdict()),
                Map.entry("gap", gap()));
    }

    private static Layout header() {
        final SegmentHeader zeros = new SegmentHeader(ZERO, 0, 0, 0, 0, 0, 0, 0, 0, TimeUnit.NANOSECONDS, 0, ZERO);
        final Map<String, Integer> offsets = probe(zeros, SegmentHeader::encode);
        offsets.put("magic", 0);
        offsets.put("version", SegmentHeader.VERSION_OFFSET);
        offsets.put("headerBytes", offsetOfInt(zeros.encode(), SegmentHeader.HEADER_BYTES));
        offsets.put("zeros", ANYWHERE);
        offsets.put("crc", SegmentHeader.CRC_OFFSET);
        return new Layout(offsets, SegmentHeader.BLOCK_BYTES);
    }

    private static Layout seal() {
        final SealBlock zeros = new SealBlock(0, 0, 0, 0, 0, 0);
        final Map<String, Integer> offsets = probe(zeros, seal -> seal.encode(0, 0));
        offsets.put("magic", 0);
        offsets.put("zeros", ANYWHERE);
        offsets.put("crc", Arrays.mismatch(zeros.encode(0, 0), zeros.encode(-1, 0)));
        return new Layout(offsets, SealBlock.LENGTH);
    }

    private static Layout meta() {
        final WalMeta zeros = new WalMeta(ZERO, TimeUnit.NANOSECONDS, 0, new long[1]);
        final Map<String, Integer> offsets = probe(zeros, WalMeta::encode);
        offsets.put("magic", 0);
        offsets.put("version", offsetOfInt(zeros.encode(), SegmentHeader.VERSION));
        offsets.put(
                "floorCount",
                Arrays.mismatch(zeros.encode(), new WalMeta(ZERO, TimeUnit.NANOSECONDS, 0, new long[2]).encode()));
        offsets.put("zeros", ANYWHERE);
        return new Layout(offsets, OPEN);
    }

    private static Layout consumer() {
        final ConsumerPosition zeros = new ConsumerPosition(ZERO, new long[1]);
        final Map<String, Integer> offsets = probe(zeros, ConsumerPosition::encode);
        offsets.put("magic", 0);
        offsets.put("version", offsetOfInt(zeros.encode(), SegmentHeader.VERSION));
        offsets.put("count", Arrays.mismatch(zeros.encode(), new ConsumerPosition(ZERO, new long[2]).encode()));
        offsets.put("zeros", ANYWHERE);
        return new Layout(offsets, OPEN);
    }

    private static Layout frame() {
        return new Layout(
                Map.of(
                        "length", FrameLayout.LENGTH_OFFSET,
                        "crc", FrameLayout.CRC_OFFSET,
                        "type", FrameLayout.TYPE_OFFSET,
                        "aux", AUX_OFFSET,
                        "word", FrameLayout.WORD_OFFSET,
                        "payload", FrameLayout.PAYLOAD_OFFSET),
                OPEN);
    }

    private static Layout typed(int end, Map<String, Integer> others) {
        final Map<String, Integer> offsets = new LinkedHashMap<>(others);
        offsets.put("type", FrameLayout.TYPE_OFFSET);
        return new Layout(offsets, end);
    }

    private static Layout mark() {
        final Map<String, Integer> offsets = probe(new Mark(0, 0, 0, 0, 0, 0), FormatLayouts::encode);
        offsets.put("word", FrameLayout.WORD_OFFSET);
        return typed(Mark.LENGTH, offsets);
    }

    private static Layout verdict() {
        final Verdict one = new Verdict(0, 0, 0, 0, List.of(GAP));
        final Verdict two = new Verdict(0, 0, 0, 0, List.of(GAP, new Gap(1, 2, 0)));
        final Map<String, Integer> offsets = probe(one, FormatLayouts::encode);
        offsets.put("aux", AUX_OFFSET);
        offsets.put("word", FrameLayout.WORD_OFFSET);
        offsets.put("gapCount", Arrays.mismatch(encode(one), encode(two)));
        return typed(OPEN, offsets);
    }

    private static Layout gap() {
        final Function<Gap, byte[]> encode = gap -> encode(new Verdict(0, 0, 0, 0, List.of(gap)));
        final int start = verdict().offsets().get("gaps");
        final Map<String, Integer> offsets = probe(GAP, encode);
        offsets.replaceAll((_, offset) -> offset - start);
        return new Layout(offsets, encode.apply(GAP).length - start);
    }

    private static byte[] encode(Mark mark) {
        return fields(
                FrameLayout.MARK,
                mark.flags(),
                mark.durable(),
                mark.from(),
                mark.to(),
                mark.records(),
                mark.wallClockMs());
    }

    private static byte[] encode(Verdict verdict) {
        return fields(FrameLayout.VERDICT, 0, verdict.fields());
    }

    private static byte[] fields(int type, int aux, long... fields) {
        final SamplesEncoder encoder = new SamplesEncoder();
        return Arrays.copyOf(encoder.buffer(), encoder.fields(type, aux, 0, fields, fields.length));
    }

    /// @return for each component of a record the first byte that changes with it
    private static <T extends Record> Map<String, Integer> probe(T zeros, Function<T, byte[]> encode) {
        final Map<String, Integer> offsets = new LinkedHashMap<>();
        final RecordComponent[] components = zeros.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            final T changed = withOnes(zeros, components, i);
            offsets.put(components[i].getName(), Arrays.mismatch(encode.apply(zeros), encode.apply(changed)));
        }
        return offsets;
    }

    @SuppressWarnings("unchecked") // the constructor of the very class
    private static <T extends Record> T withOnes(T zeros, RecordComponent[] components, int changed) {
        try {
            final List<Object> values = new ArrayList<>();
            for (int i = 0; i < components.length; i++) {
                values.add(
                        i == changed
                                ? ones(components[i].getType())
                                : components[i].getAccessor().invoke(zeros));
            }
            final Constructor<?> constructor = zeros.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            return (T) constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object ones(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int" -> -1;
            case "long" -> -1L;
            case "boolean" -> true;
            case "long[]" -> new long[] {-1};
            case "UUID" -> new UUID(-1, -1);
            case "TimeUnit" -> TimeUnit.DAYS;
            case "List" -> List.of(new Gap(-2, -1, -1));
            default -> throw new AssertionError("a component of a new type: " + type);
        };
    }

    private static int offsetOfInt(byte[] block, int value) {
        for (int at = Long.BYTES; at < block.length; at += Integer.BYTES) {
            if (Bytes.getInt(block, at) == value) {
                return at;
            }
        }
        throw new AssertionError("not in the block: " + value);
    }
}
