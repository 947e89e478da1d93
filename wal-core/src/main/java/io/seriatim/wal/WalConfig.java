package io.seriatim.wal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// How a log is laid out and what it does under pressure. Immutable and already checked.
///
/// Start with [#at(Path)], which holds every default, and change what you need:
/// `WalConfig.at(dir).shards(4).flushEvery(Duration.ofMillis(5))`.
///
/// @param directory      where the log lives; created if missing
/// @param shards         independent logs inside it; a series always maps to one; 1 to [Lsn#MAX_SHARDS]
/// @param segmentBytes   length of every new segment file: a multiple of 4096, from 8 KiB to 1 GiB
/// @param flushEvery     longest time that an appended record stays unforced, if the device keeps up
/// @param flushBytes     a force starts early when this many bytes are unforced
/// @param timeUnit       the unit of every timestamp; fixed when the log is created
/// @param durability     what an append waits for
/// @param backpressure   what an append does when no space is ready
/// @param durableTimeout how long [Durability#GROUP], `appendDurable` and `flush` wait before they say
///                       "unknown"
/// @param claimTimeout   how long a producer may hold a reserved range before it is reported; after twice
///                       as long the shard is poisoned, because nothing behind the range can become durable
/// @param onDamage       what opening does with a damaged tail; [ReplayPolicy#STRICT] refuses
/// @param maxBytes       the log's segments never exceed this many bytes; reaching it is backpressure; 0: no
///                       cap
/// @param retainBytes    the oldest durable segments are deleted when the log exceeds this; 0: only
///                       [Wal#truncateBefore(long)] deletes
/// @param consumerBytes  what a named consumer has not read yet is kept on the disk, truncated or not, while
///                       the log is no longer than this, nor than half of `maxBytes`; 0: consumers keep
///                       nothing
/// @param maxSeries      the most series registered at once in each shard; see [Wal#evictIdle]
/// @param seriesBytes    the most bytes of labels, encoded, that the series registered at once in each shard have
///                       together; as for `maxSeries`; 0: no cap
/// @param alignBatches   true: each batch is padded to a 4 KiB page, so that no force rewrites a page that
///                       holds durable bytes; for devices that do not write sectors atomically; costs 2 KiB a
///                       batch on average
/// @param callerRuns     true: no threads are started, the caller runs the log's duty cycle
public record WalConfig(
        Path directory,
        int shards,
        int segmentBytes,
        Duration flushEvery,
        long flushBytes,
        TimeUnit timeUnit,
        Durability durability,
        Backpressure backpressure,
        Duration durableTimeout,
        Duration claimTimeout,
        ReplayPolicy onDamage,
        long maxBytes,
        long retainBytes,
        long consumerBytes,
        int maxSeries,
        long seriesBytes,
        boolean alignBatches,
        boolean callerRuns) {
    /// The shortest segment: a header page and one page of frames.
    public static final int MIN_SEGMENT_BYTES = 8 * 1024;

    /// The longest segment.
    public static final int MAX_SEGMENT_BYTES = 1 << 30;

    /// No frame is longer than this, whatever the segment's length.
    public static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

    /// Bytes of a segment that hold no frames.
    public static final int SEGMENT_HEADER_BYTES = 4096;

    /// The most series that one shard's references can tell apart.
    public static final int MAX_SERIES = Integer.MAX_VALUE;

    /// The longest time that can be waited for anything: it fits into nanoseconds.
    static final Duration MAX_TIMEOUT = Duration.ofDays(365);

    /// @throws IllegalArgumentException naming the limit and the offender
    public WalConfig {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(timeUnit, "timeUnit");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(backpressure, "backpressure");
        Objects.requireNonNull(onDamage, "onDamage");
        if (shards < 1 || shards > Lsn.MAX_SHARDS) {
            throw new IllegalArgumentException("shards out of range [1, " + Lsn.MAX_SHARDS + "]: shards=" + shards);
        }
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES || segmentBytes % 4096 != 0) {
            throw new IllegalArgumentException("segmentBytes must be a multiple of 4096 in [" + MIN_SEGMENT_BYTES + ", "
                    + MAX_SEGMENT_BYTES + "]: segmentBytes=" + segmentBytes);
        }
        requirePositive("flushEvery", flushEvery);
        requirePositive("durableTimeout", durableTimeout);
        requirePositive("claimTimeout", claimTimeout);
        if (flushBytes < 1) {
            throw new IllegalArgumentException("flushBytes must be positive: flushBytes=" + flushBytes);
        }
        if (maxBytes < 0 || maxBytes > 0 && maxBytes < 2L * segmentBytes * shards) {
            throw new IllegalArgumentException("maxBytes must be 0 (no cap) or hold two segments of every shard ("
                    + 2L * segmentBytes * shards + " bytes): maxBytes=" + maxBytes);
        }
        if (retainBytes < 0) {
            throw new IllegalArgumentException("retainBytes must not be negative: retainBytes=" + retainBytes);
        }
        if (consumerBytes < 0) {
            throw new IllegalArgumentException("consumerBytes must not be negative: consumerBytes=" + consumerBytes);
        }
        if (maxSeries < 1) {
            throw new IllegalArgumentException("maxSeries must be positive: maxSeries=" + maxSeries);
        }
        if (seriesBytes < 0) {
            throw new IllegalArgumentException("seriesBytes must not be negative: seriesBytes=" + seriesBytes);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        Objects.requireNonNull(duration, name);
        if (duration.isNegative() || duration.isZero() || duration.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    name + " must be positive and at most 365 days: " + name + "=" + duration);
        }
    }

    /// A log at `directory` with every default: one shard, 64 MiB segments, a force every 5 ms or 8 MiB,
    /// millisecond timestamps, ASYNC, block 30 s when full, up to 16 GiB kept for named consumers.
    public static WalConfig at(Path directory) {
        return new WalConfig(
                directory,
                1,
                64 * 1024 * 1024,
                Duration.ofMillis(5),
                8 * 1024 * 1024,
                TimeUnit.MILLISECONDS,
                Durability.ASYNC,
                Backpressure.block(Duration.ofSeconds(30)),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                ReplayPolicy.SALVAGE,
                0,
                0,
                16L << 30,
                MAX_SERIES,
                0,
                false,
                false);
    }

    /// @return the longest frame that this log takes, in bytes: what a whole series, one shard's part of a
    ///         batch or an opaque record may come to with its labels and 16 to 40 bytes of framing
    public int maxFrameBytes() {
        return Math.min(MAX_FRAME_BYTES, segmentBytes - SEGMENT_HEADER_BYTES);
    }

    /// @return a copy with another `shards`
    public WalConfig shards(int shards) {
        final Draft draft = new Draft(this);
        draft.shards = shards;
        return draft.checked();
    }

    /// @return a copy with another `segmentBytes`
    public WalConfig segmentBytes(int segmentBytes) {
        final Draft draft = new Draft(this);
        draft.segmentBytes = segmentBytes;
        return draft.checked();
    }

    /// @return a copy with another `flushEvery`
    public WalConfig flushEvery(Duration flushEvery) {
        final Draft draft = new Draft(this);
        draft.flushEvery = flushEvery;
        return draft.checked();
    }

    /// @return a copy with another `flushBytes`
    public WalConfig flushBytes(long flushBytes) {
        final Draft draft = new Draft(this);
        draft.flushBytes = flushBytes;
        return draft.checked();
    }

    /// @return a copy with another `timeUnit`
    public WalConfig timeUnit(TimeUnit timeUnit) {
        final Draft draft = new Draft(this);
        draft.timeUnit = timeUnit;
        return draft.checked();
    }

    /// @return a copy with another `durability`
    public WalConfig durability(Durability durability) {
        final Draft draft = new Draft(this);
        draft.durability = durability;
        return draft.checked();
    }

    /// @return a copy with another `backpressure`
    public WalConfig backpressure(Backpressure backpressure) {
        final Draft draft = new Draft(this);
        draft.backpressure = backpressure;
        return draft.checked();
    }

    /// @return a copy with another `durableTimeout`
    public WalConfig durableTimeout(Duration durableTimeout) {
        final Draft draft = new Draft(this);
        draft.durableTimeout = durableTimeout;
        return draft.checked();
    }

    /// @return a copy with another `claimTimeout`
    public WalConfig claimTimeout(Duration claimTimeout) {
        final Draft draft = new Draft(this);
        draft.claimTimeout = claimTimeout;
        return draft.checked();
    }

    /// @return a copy with another `onDamage`
    public WalConfig onDamage(ReplayPolicy onDamage) {
        final Draft draft = new Draft(this);
        draft.onDamage = onDamage;
        return draft.checked();
    }

    /// @return a copy with another `maxBytes`
    public WalConfig maxBytes(long maxBytes) {
        final Draft draft = new Draft(this);
        draft.maxBytes = maxBytes;
        return draft.checked();
    }

    /// @return a copy with another `retainBytes`
    public WalConfig retainBytes(long retainBytes) {
        final Draft draft = new Draft(this);
        draft.retainBytes = retainBytes;
        return draft.checked();
    }

    /// @return a copy with another `consumerBytes`
    public WalConfig consumerBytes(long consumerBytes) {
        final Draft draft = new Draft(this);
        draft.consumerBytes = consumerBytes;
        return draft.checked();
    }

    /// @return a copy with another `maxSeries`
    public WalConfig maxSeries(int maxSeries) {
        final Draft draft = new Draft(this);
        draft.maxSeries = maxSeries;
        return draft.checked();
    }

    /// @return a copy with another `seriesBytes`
    public WalConfig seriesBytes(long seriesBytes) {
        final Draft draft = new Draft(this);
        draft.seriesBytes = seriesBytes;
        return draft.checked();
    }

    /// @return a copy with another `alignBatches`
    public WalConfig alignBatches(boolean alignBatches) {
        final Draft draft = new Draft(this);
        draft.alignBatches = alignBatches;
        return draft.checked();
    }

    /// @return a copy with another `callerRuns`
    public WalConfig callerRuns(boolean callerRuns) {
        final Draft draft = new Draft(this);
        draft.callerRuns = callerRuns;
        return draft.checked();
    }

    /// One copy in the making, so that a change names one component and not all of them.
    private static final class Draft {
        private final Path directory;
        private int shards;
        private int segmentBytes;
        private Duration flushEvery;
        private long flushBytes;
        private TimeUnit timeUnit;
        private Durability durability;
        private Backpressure backpressure;
        private Duration durableTimeout;
        private Duration claimTimeout;
        private ReplayPolicy onDamage;
        private long maxBytes;
        private long retainBytes;
        private long consumerBytes;
        private int maxSeries;
        private long seriesBytes;
        private boolean alignBatches;
        private boolean callerRuns;

        Draft(WalConfig from) {
            directory = from.directory;
            shards = from.shards;
            segmentBytes = from.segmentBytes;
            flushEvery = from.flushEvery;
            flushBytes = from.flushBytes;
            timeUnit = from.timeUnit;
            durability = from.durability;
            backpressure = from.backpressure;
            durableTimeout = from.durableTimeout;
            claimTimeout = from.claimTimeout;
            onDamage = from.onDamage;
            maxBytes = from.maxBytes;
            retainBytes = from.retainBytes;
            consumerBytes = from.consumerBytes;
            maxSeries = from.maxSeries;
            seriesBytes = from.seriesBytes;
            alignBatches = from.alignBatches;
            callerRuns = from.callerRuns;
        }

        WalConfig checked() {
            return new WalConfig(
                    directory,
                    shards,
                    segmentBytes,
                    flushEvery,
                    flushBytes,
                    timeUnit,
                    durability,
                    backpressure,
                    durableTimeout,
                    claimTimeout,
                    onDamage,
                    maxBytes,
                    retainBytes,
                    consumerBytes,
                    maxSeries,
                    seriesBytes,
                    alignBatches,
                    callerRuns);
        }
    }
}
