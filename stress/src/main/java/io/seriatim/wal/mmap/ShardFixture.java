package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.Crc32cWords;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.SamplesEncoder;
import io.seriatim.wal.format.SegmentHeader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// One shard with two segments of 8 KiB on the heap: the real [Claims], [Shard], [ShardFlusher] and [DurableGate]
/// without files, cheap enough to be made anew for every try. The tail starts as far before the first segment's end
/// as a test wants.
final class ShardFixture {
    static final int HEADER = SegmentHeader.HEADER_BYTES;
    static final int LENGTH = WalConfig.MIN_SEGMENT_BYTES;
    /// Long enough that only a thread that nobody woke waits so long, on the busiest machine too.
    static final long MISSED_NS = TimeUnit.SECONDS.toNanos(60);
    /// The same for a planted mistake, where nothing depends on who is right: it is to be found soon.
    static final long PLANTED_MISSED_NS = TimeUnit.SECONDS.toNanos(1);

    private static final WalConfig CONFIG = WalConfig.at(Path.of("none"))
            .segmentBytes(LENGTH)
            .flushEvery(Duration.ofNanos(1))
            .claimTimeout(Duration.ofDays(1));
    private static final UUID ID = new UUID(1, 2);
    private static final Pool<Scratch> SCRATCHES = new Pool<>(Scratch::new);

    final Memory firstMemory = new Memory();
    final Memory secondMemory = new Memory();
    final LiveSegment first = segment(0, firstMemory);
    final LiveSegment second = segment(1, secondMemory);
    final int start;
    final Claims claims;
    final Shard shard;
    final ShardFlusher flusher;
    int rolls;

    /// @param left bytes from the tail to the end of the first segment
    ShardFixture(int left) {
        start = LENGTH - left;
        claims = new Claims(0, first, start, () -> rolls++);
        claims.offer(second);
        shard = new Shard(0, CONFIG, claims, first, SCRATCHES, new Alone(), null);
        if (start > HEADER) {
            claims.pad(first, HEADER, start - HEADER);
        }
        flusher = new ShardFlusher(shard, first, CONFIG, _ -> {}, () -> {}, new FlushStats());
    }

    private static LiveSegment segment(int ordinal, Memory memory) {
        final SegmentHeader header = new SegmentHeader(
                ID, 0, 1, 3, 1, ordinal, ordinal - 1, (long) ordinal * LENGTH, LENGTH, TimeUnit.MILLISECONDS, 0, ID);
        return new LiveSegment(ordinal, Path.of("none"), header, memory);
    }

    /// @return the same labels, each time another object
    static Labels labels() {
        return Labels.of("a", "b");
    }

    Series series(int ref) {
        return new Series(null, shard, labels(), ref);
    }

    /// Between the two steps of a planted mistake: wide enough that a moment is enough to find it, on a busy machine too.
    static void pause() {
        for (int i = 0; i < 50; i++) {
            Thread.onSpinWait();
        }
    }

    /// Stores and commits a sample where a planted claim says, as [Shard] does.
    void putSample(LiveSegment segment, int offset, Series series, long timestamp) {
        final int length = FrameLayout.SAMPLE_LENGTH;
        FrameLayout.claimOpaque(segment.memory, offset, length);
        LiveBytes.putInt(
                segment.memory,
                offset + FrameLayout.CRC_OFFSET,
                Crc32cWords.finish(series.sampleCrc, timestamp, 0)
                        ^ FrameSeed.at(segment.header.seed(), segment.base + offset, length));
        LiveBytes.putLong(segment.memory, offset + FrameLayout.TYPE_OFFSET, series.sampleWord);
        LiveBytes.putLong(segment.memory, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET, timestamp);
        FrameLayout.lengthRelease(segment.memory, offset, length);
    }

    /// Claims, stores and commits a definition with a sample, as [Shard] does; declares nothing.
    void putDefinition(Series series, long timestamp) {
        final SamplesEncoder encoder = new SamplesEncoder();
        final int length = encode(encoder, series, timestamp);
        final long claim = claims.tryClaim(FrameLayout.align(length));
        shard.publish(claims.segment(claim), (int) Tail.offset(claim), encoder, length);
    }

    private static int encode(SamplesEncoder encoder, Series series, long timestamp) {
        encoder.begin(timestamp, timestamp, LENGTH);
        encoder.group(series.ref, series.labels, 1);
        encoder.sample(timestamp, 0);
        return encoder.end();
    }

    /// @return how much a definition with a sample takes
    static int definitionBytes() {
        return FrameLayout.align(encode(new SamplesEncoder(), new Series(null, null, labels(), 7), 1));
    }

    /// Runs the flusher until a position is durable.
    void flushTo(long position) {
        while (claims.frontiers().durableVolatile() < position && claims.poisonCause() == null) {
            flusher.duty(System.nanoTime());
        }
    }

    /// Walks as the flusher does, and reads as a reader does.
    ///
    /// @return the frames from the tail's start on: `d` a definition with its sample, `s` a bare sample, each with its
    ///         timestamp; `p` and its length, a pad; `/` the change of segment; then `~` if what follows is no frame
    ///         and not unwritten either; `!` for a frame with a wrong checksum; `-` if there is nothing
    String walk() {
        final String frames = frames();
        return frames.isEmpty() ? "-" : frames;
    }

    private String frames() {
        final StringBuilder frames = new StringBuilder();
        int offset = start;
        for (LiveSegment segment = first; segment != null; segment = segment == first ? second : null) {
            while (offset < LENGTH) {
                final int length = FrameLayout.lengthAcquire(segment.memory, offset);
                if (length <= 0) {
                    return frames.append(length < 0 || hasBytes(segment, offset) ? "~" : "")
                            .toString();
                }
                frames.append(describe(segment, offset, length));
                offset += FrameLayout.align(length);
            }
            frames.append(offset > LENGTH ? "overrun" : "/");
            offset = HEADER;
        }
        return frames.toString();
    }

    private static boolean hasBytes(LiveSegment segment, int offset) {
        for (int at = offset; at < LENGTH; at += Long.BYTES) {
            if (LiveBytes.getLong(segment.memory, at) != 0) {
                return true;
            }
        }
        return false;
    }

    private static String describe(LiveSegment segment, int offset, int length) {
        if (!new FrameCheck(segment).isValid(offset, length)) {
            return "!";
        }
        if (length == FrameLayout.SHORT_PAD_LENGTH) {
            return "p" + length;
        }
        final int type = FrameLayout.type(LiveBytes.getInt(segment.memory, offset + FrameLayout.TYPE_OFFSET));
        return switch (type) {
            case FrameLayout.PAD -> "p" + length;
            case FrameLayout.SAMPLE ->
                "s" + LiveBytes.getLong(segment.memory, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET);
            case FrameLayout.SAMPLES ->
                "d" + LiveBytes.getLong(segment.memory, offset + FrameLayout.SAMPLES_MIN_OFFSET);
            case FrameLayout.RECORD -> "r" + LiveBytes.getInt(segment.memory, offset + FrameLayout.WORD_OFFSET);
            case FrameLayout.MARK -> "m";
            default -> "type" + type;
        };
    }

    /// A segment's bytes, and how far they were forced. Only the flusher forces.
    static final class Memory implements Mapping {
        private final MemorySegment memory = MemorySegment.ofArray(new long[LENGTH / Long.BYTES]);
        /// Plain: who sees the durable position must see this too.
        long forcedTo;

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public void force(long from, long length) {
            if (from >= HEADER) {
                forcedTo = from + length;
            }
        }

        @Override
        public void close() {}
    }

    /// Nobody helps, and nobody need be woken: the other actor does what a test wants done.
    private static final class Alone implements Background {
        @Override
        public void wakePreparer() {}

        @Override
        public void wakeFlusher() {}

        @Override
        public boolean help() {
            return false;
        }

        @Override
        public long patienceNs() {
            return Long.MAX_VALUE;
        }

        @Override
        public String shortage(int shard) {
            return "";
        }

        @Override
        public Throwable shortageCause(int shard) {
            return null;
        }
    }
}
