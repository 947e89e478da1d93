package io.seriatim.wal.format;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.format.Verdict.Gap;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// A small sealed segment with every type of frame, the same bytes at every build: the resource `golden.seg`, and the
/// source of the examples in `FORMAT.md`.
///
/// A change of these bytes is a change of the format. If it is meant: a new format version, then
/// `mvn -pl wal-core test -Dtest=GoldenSegmentTest -Dgolden.regenerate=true`, then the examples in `FORMAT.md`.
final class GoldenSegment {
    static final SegmentHeader HEADER = new SegmentHeader(
            new UUID(0x0011223344556677L, 0x8899aabbccddeeffL),
            1,
            2,
            0x0123456789abcdefL,
            3,
            5,
            4,
            0x10000,
            8192,
            TimeUnit.MILLISECONDS,
            1_700_000_000_000L,
            new UUID(0x0f0e0d0c0b0a0908L, 0x0706050403020100L));

    static final Labels UP = Labels.of("__name__", "up", "job", "api");
    static final Labels TEMPERATURE = Labels.of("__name__", "temp", "ort", "Zürich", "note", "");
    static final Labels IDLE = Labels.of("__name__", "idle");
    static final long STALE = 0x7ff0000000000002L;
    static final long T = 1_700_000_000_000L;

    static final Labels ROUND_TRIP = Labels.of("__name__", "rt");
    static final Histogram EXPLICIT = new Histogram()
            .addBound(0.5)
            .addBound(2)
            .startTimestamp(T)
            .count(300)
            .sum(150.25)
            .min(0.125)
            .max(8);
    static final Histogram EXPONENTIAL =
            new Histogram().exponential(3, 1e-9, 2).delta(true).count(9).reset(Histogram.Reset.CONTINUED);

    static {
        EXPLICIT.positive().add(0, 200);
        EXPLICIT.positive().add(1, 0);
        EXPLICIT.positive().add(2, 100);
        EXPONENTIAL.positive().add(-2, 1);
        EXPONENTIAL.positive().add(-1, 3);
        EXPONENTIAL.positive().add(4, 1);
        EXPONENTIAL.negative().add(0, 2);
    }

    private final long seed = HEADER.seed();
    private final SamplesEncoder encoder = new SamplesEncoder();
    private final byte[] bytes = new byte[HEADER.segmentBytes()];
    private final Map<String, byte[]> parts = new LinkedHashMap<>();
    private final Map<String, Long> positions = new HashMap<>();
    private int at = SegmentHeader.HEADER_BYTES;

    GoldenSegment() {
        put("header", 0, HEADER.encode());
        frames();
        put("seal", SealBlock.OFFSET, new SealBlock(at, 11, 15, 3, T - 1000, T + 20_000).encode(seed, HEADER.base()));
    }

    private void frames() {
        final Verdict verdict = new Verdict(
                0x8000,
                0x9000,
                0xa000,
                0x9800,
                List.of(new Gap(0x9000, 0x9040, Gap.LOST), new Gap(0x9c00, 0x9c20, Gap.ABANDONED)));
        fields("verdict", FrameLayout.VERDICT, 0, verdict.fields());
        samples("definition", Group.of(0, UP, T, 1));
        frame("sample", Frames.sample(0, T + 5000, Double.doubleToRawLongBits(0), seed, position()));
        samples("samples", Group.of(0, null, T + 10_000, 1, T - 1000, -0.0, T + 10_000, Double.POSITIVE_INFINITY));
        samples(
                "batch",
                Group.of(1, TEMPERATURE, T + 15_000, -12.5),
                new Group(0, null, List.of(T + 15_000), List.of(STALE)),
                Group.of(2, IDLE),
                Group.of(1, null, T + 15_000, 5e-324, T + 15_000, 1e300));
        record("record", 42, "hello, log");
        frame("pad-short", Frames.pad(8, seed, position()));
        frame("pad", Frames.pad(24, seed, position()));
        fields("mark", FrameLayout.MARK, 0, new long[] {0x10000, 0x11000, position(), 5, T + 20});
        frame("sample-of-batch", Frames.sample(1, T, 1, seed, position()));
        samples("many", Group.of(0, null, T, 1, T, 2, T, 3, T + 1, 4, T + 2, 5));
        encoder.beginDetail(0, T + 20_000, Group.LIMIT);
        encoder.histogram(EXPLICIT);
        detail("histogram", null);
        encoder.beginDetail(3, T + 20_000, Group.LIMIT);
        encoder.histogram(EXPONENTIAL);
        detail("histogram-exponential", ROUND_TRIP);
        encoder.beginDetail(0, T + 15_000, Group.LIMIT);
        encoder.exemplar(Double.doubleToRawLongBits(0.25), Labels.of("trace_id", "4bf9"));
        detail("exemplar", null);
        encoder.beginDetail(3, T, Group.LIMIT);
        encoder.metadata(Labels.of("type", "histogram", "unit", "s"));
        detail("metadata", ROUND_TRIP);
        fields("mark-close", FrameLayout.MARK, Mark.CLOSE, new long[] {position(), position(), position(), 0, T + 25});
    }

    private void samples(String name, Group... groups) {
        frame(name, Frames.finish(encoder, Group.encode(encoder, List.of(groups), Group.LIMIT), seed, position()));
    }

    private void detail(String name, Labels labels) {
        frame(name, Frames.finish(encoder, encoder.endDetail(labels), seed, position()));
    }

    private void record(String name, int kind, String text) {
        final byte[] content = text.getBytes(StandardCharsets.UTF_8);
        encoder.beginRecord(kind, content.length, Group.LIMIT);
        System.arraycopy(content, 0, encoder.buffer(), FrameLayout.RECORD_BYTES_OFFSET, content.length);
        frame(name, Frames.finish(encoder, encoder.endRecord(), seed, position()));
    }

    private void fields(String name, int type, int aux, long[] fields) {
        frame(name, Frames.finish(encoder, encoder.fields(type, aux, 0, fields, fields.length), seed, position()));
    }

    private void frame(String name, byte[] frame) {
        put(name, at, frame);
        at += frame.length;
    }

    private void put(String name, int offset, byte[] part) {
        System.arraycopy(part, 0, bytes, offset, part.length);
        parts.put(name, part);
        positions.put(name, HEADER.base() + offset);
    }

    private long position() {
        return HEADER.base() + at;
    }

    /// @return the whole file
    byte[] bytes() {
        return bytes.clone();
    }

    /// @return header, seal and every frame by name
    Map<String, byte[]> parts() {
        return parts;
    }

    /// @return the position of a part's first byte
    long position(String name) {
        return positions.get(name);
    }

    /// @return the file offset behind the last frame
    int end() {
        return at;
    }
}
