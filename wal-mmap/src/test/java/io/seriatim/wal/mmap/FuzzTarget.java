package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.WalMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What is fuzzed, the inputs to begin with, and the inputs that were kept: those that reach something which no other
/// does, and those that once broke something (`src/test/resources/fuzz/TARGET`).
enum FuzzTarget {
    DECODERS(FuzzDecoders.class, FuzzDecoders::fuzzerTestOneInput, 2048),
    SEGMENT(FuzzSegment.class, FuzzSegment::fuzzerTestOneInput, 4096),
    FILE(FuzzFile.class, FuzzFile::fuzzerTestOneInput, 8192),
    LOG(FuzzLog.class, FuzzLog::fuzzerTestOneInput, 8192);

    static final Path KEPT = Path.of("src", "test", "resources", "fuzz");
    private static final Path GOLDEN = Path.of("..", "wal-core", "src", "test", "resources", "golden.seg");

    final Class<?> type;
    final Consumer<byte[]> code;
    final int maxBytes;

    FuzzTarget(Class<?> type, Consumer<byte[]> code, int maxBytes) {
        this.type = type;
        this.code = code;
        this.maxBytes = maxBytes;
    }

    Path kept() {
        return KEPT.resolve(type.getSimpleName());
    }

    /// @return the files of the inputs that were kept
    List<Path> keptFiles() throws IOException {
        try (Stream<Path> files = Files.list(kept())) {
            return files.sorted().toList();
        }
    }

    /// @return inputs made of real logs
    List<byte[]> seeds() throws Exception {
        final EveryKindLog log = new EveryKindLog();
        final SegmentEditor golden = SegmentEditor.of(GOLDEN);
        final List<SegmentEditor> segments = List.of(log.first, log.full, log.newest, golden);
        final List<byte[]> seeds = new ArrayList<>();
        switch (this) {
            case LOG -> {
                seeds.add(HostileLog.program(List.of(log.first, log.full, log.newest)));
                segments.forEach(segment -> seeds.add(HostileLog.program(List.of(segment))));
            }
            case SEGMENT ->
                segments.forEach(segment -> {
                    final List<SegmentEditor.Frame> frames = segment.frames();
                    final int end = frames.isEmpty()
                            ? SegmentHeader.HEADER_BYTES
                            : frames.getLast().end();
                    seeds.add(prefixed(0, Arrays.copyOfRange(segment.bytes, SegmentHeader.HEADER_BYTES, end)));
                });
            case FILE -> segments.forEach(segment -> seeds.add(segment.bytes));
            case DECODERS -> {
                for (final SegmentEditor segment : segments) {
                    seeds.add(prefixed(6, Arrays.copyOf(segment.bytes, SegmentHeader.BLOCK_BYTES)));
                    seeds.add(prefixed(3, Arrays.copyOfRange(segment.bytes, 2048, 2108)));
                    for (final SegmentEditor.Frame frame : segment.frames()) {
                        final int selector = switch (frame.type()) {
                            case FrameLayout.SAMPLES -> 0;
                            case FrameLayout.SAMPLE -> 1;
                            case FrameLayout.MARK -> 4;
                            case FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR, FrameLayout.METADATA -> 8;
                            default -> 5;
                        };
                        seeds.add(prefixed(
                                selector,
                                Arrays.copyOfRange(segment.bytes, frame.offset(), frame.offset() + frame.length())));
                    }
                }
                final Labels labels = Labels.of("__name__", "up", "job", "api", "ort", "Zürich");
                final byte[] encoded = new byte[labels.encodedLength()];
                labels.copyEncodedTo(encoded, 0);
                seeds.add(prefixed(2, encoded));
                seeds.add(prefixed(
                        7, new WalMeta(golden.header.walId(), TimeUnit.SECONDS, 3, new long[] {4096, 0}).encode()));
            }
        }
        return seeds;
    }

    private static byte[] prefixed(int first, byte[] rest) {
        final byte[] all = new byte[1 + rest.length];
        all[0] = (byte) first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
