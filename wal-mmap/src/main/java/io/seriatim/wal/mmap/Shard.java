package io.seriatim.wal.mmap;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.Crc32cWords;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.SamplesEncoder;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// The append path of one shard: encode, claim, copy, commit. Any thread; no lock, no system call.
///
/// # Why it is right
///
/// *Assumptions.* A claimed range is this thread's alone, zero, and mapped until it is committed ([Claims]).
///
/// *Guarantees.*
///
/// 1. **A committed frame is whole.** All of the user's code has run before the claim. Behind it only copying
///    runs; the copy leaves the commit word out, which is stored last, with release. Any `Throwable` in between
///    turns the range into a pad, so that nobody waits for it; a stack that overflows even there leaves a note,
///    and the flusher pads ([Forsaken]).
/// 2. **A reference never precedes its definition.** A bare reference is used only if a committed definition was
///    seen in the very segment that the claim landed in; where the claim landed elsewhere the range becomes a pad
///    and the frame is appended again in full. See [Series].
/// 3. **A frame fits in every segment or in none.** Limits are checked with all definitions, so a record cannot be
///    refused in one segment and taken in another.
///
/// *Example.* A thread sees its series declared in segment 7 and claims 32 bytes; the claim lands at the start of
/// segment 8, because another thread has rolled. It pads those 32 bytes and appends 100 with the labels.
final class Shard {
    private static final long MAX_PARK_NS = 1_000_000;
    private static final long MIN_PARK_NS = 20_000;
    private static final int ANY_SEGMENT = -1;
    private static final long ELSEWHERE = -2;

    final int index;
    final Claims claims;
    final DurableGate gate;
    final LongAdder waits = new LongAdder();
    final LongAdder dropped = new LongAdder();

    private final long seed;
    private final long firstBase;
    private final WalConfig config;
    private final int maxFrameBytes;
    private final Pool<Scratch> scratches;
    private final Background background;
    private final ClaimHook hook;

    /// @param hook for tests; null in production
    Shard(
            int index,
            WalConfig config,
            Claims claims,
            LiveSegment first,
            Pool<Scratch> scratches,
            Background background,
            ClaimHook hook) {
        this.index = index;
        this.config = config;
        this.claims = claims;
        this.seed = first.header.seed();
        this.firstBase = first.base;
        this.maxFrameBytes = config.maxFrameBytes();
        this.scratches = scratches;
        this.background = background;
        this.hook = hook;
        this.gate = new DurableGate(index, claims, background);
    }

    /// Appends one sample.
    ///
    /// @return its lsn, or [Lsn#DROPPED]
    long appendSample(Series series, long timestamp, long valueBits) {
        final int ordinal = claims.ordinal();
        if (series.isDeclaredIn(ordinal)) {
            final int crc = Crc32cWords.finish(series.sampleCrc, timestamp, valueBits);
            final long claim = claim(FrameLayout.SAMPLE_LENGTH);
            if (claim < 0) {
                return Lsn.DROPPED;
            }
            try {
                final LiveSegment segment = claims.segment(claim);
                final int offset = (int) Tail.offset(claim);
                if (segment.ordinal == ordinal) {
                    return publishSample(segment, offset, series.sampleWord, timestamp, valueBits, crc);
                }
                claims.pad(segment, offset, FrameLayout.SAMPLE_LENGTH);
            } catch (StackOverflowError overflow) {
                claims.forsaken.notes =
                        new Object[] {new long[] {claim, FrameLayout.SAMPLE_LENGTH}, claims.forsaken.notes};
                throw overflow;
            }
        }
        return appendDefined(series, timestamp, valueBits);
    }

    private long publishSample(
            LiveSegment segment, int offset, long word, long timestamp, long valueBits, int bodyCrc) {
        final MemorySegment memory = segment.memory;
        final long position = segment.base + offset;
        try {
            final int crc = bodyCrc ^ FrameSeed.at(seed, position, FrameLayout.SAMPLE_LENGTH);
            FrameLayout.claimOpaque(memory, offset, FrameLayout.SAMPLE_LENGTH, crc);
            if (hook != null) {
                hook.afterClaim(index, position);
            }
            LiveBytes.putLong(memory, offset + FrameLayout.TYPE_OFFSET, word);
            LiveBytes.putLong(memory, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET, timestamp);
            LiveBytes.putLong(memory, offset + FrameLayout.SAMPLE_VALUE_OFFSET, valueBits);

            FrameLayout.lengthRelease(memory, offset, FrameLayout.SAMPLE_LENGTH);
        } catch (InternalError fault) {
            claims.pad(segment, offset, FrameLayout.SAMPLE_LENGTH);
            throw poisonedBy(fault);
        } catch (Throwable failure) {
            claims.pad(segment, offset, FrameLayout.SAMPLE_LENGTH);
            throw failure;
        }
        return Lsn.of(index, position + FrameLayout.SAMPLE_LENGTH);
    }

    private long appendDefined(Series series, long timestamp, long valueBits) {
        final Scratch scratch = scratches.lease();
        try {
            scratch.clear();
            scratch.add(timestamp, valueBits);
            return publishDefinition(series, scratch.encoder, encode(scratch, series, true));
        } finally {
            scratches.release(scratch);
        }
    }

    private long publishDefinition(Series series, SamplesEncoder encoder, int length) {
        final long lsn = publish(ANY_SEGMENT, encoder, length);
        if (lsn >= 0) {
            series.declare(ordinalOf(lsn));
        }
        return lsn;
    }

    /// @return the segment that holds the frame which ends at `lsn`
    private int ordinalOf(long lsn) {
        return (int) ((Lsn.position(lsn) - 1 - firstBase) / config.segmentBytes());
    }

    /// Appends a whole series whose handle is `series`.
    ///
    /// @return the lsn of its end, or [Lsn#DROPPED]
    long appendSeries(Series series, TimeSeries samples) {
        final int count = samples.count();
        if (count == 1) {
            return appendSample(series, samples.timestamp(0), Double.doubleToRawLongBits(samples.value(0)));
        }
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative: count=" + count);
        }
        // Nine bytes is the least that a sample takes: refuse before reading what cannot fit.
        if (count > maxFrameBytes / (1 + Long.BYTES)) {
            throw new IllegalArgumentException(
                    "record too long: samples=" + count + " limitBytes=" + maxFrameBytes + " (append it in parts)");
        }
        final Scratch scratch = scratches.lease();
        try {
            scratch.clear();
            for (int i = 0; i < count; i++) {
                scratch.add(samples.timestamp(i), Double.doubleToRawLongBits(samples.value(i)));
            }
            return appendRead(series, scratch);
        } finally {
            scratches.release(scratch);
        }
    }

    private long appendRead(Series series, Scratch scratch) {
        final int ordinal = claims.ordinal();
        // With the definition first, always: it is what must fit.
        int length = encode(scratch, series, true);
        if (series.isDeclaredIn(ordinal)) {
            final long lsn = publish(ordinal, scratch.encoder, encode(scratch, series, false));
            if (lsn != ELSEWHERE) {
                return lsn;
            }
            length = encode(scratch, series, true);
        }
        return publishDefinition(series, scratch.encoder, length);
    }

    private int encode(Scratch scratch, Series series, boolean define) {
        final SamplesEncoder encoder = scratch.encoder;
        encoder.begin(scratch.min, scratch.max, maxFrameBytes);
        encoder.group(series.ref, define ? series.labels : null, scratch.count);
        for (int i = 0; i < scratch.count; i++) {
            encoder.sample(scratch.timestamps[i], scratch.values[i]);
        }
        return encoder.end();
    }

    /// Appends one shard's part of a batch.
    ///
    /// @return the lsn of its end, or [Lsn#DROPPED]
    long appendBatch(BatchPart part) {
        int ordinal = claims.ordinal();
        while (true) {
            final int length = part.encode(ordinal, maxFrameBytes);
            final long lsn = publish(part.hasBareReference() ? ordinal : ANY_SEGMENT, part.encoder(), length);
            if (lsn >= 0) {
                part.declare(ordinalOf(lsn));
            }
            if (lsn != ELSEWHERE) {
                return lsn;
            }
            ordinal = claims.ordinal();
        }
    }

    /// Appends opaque bytes that are in the scratch's encoder.
    ///
    /// @return the lsn of their end, or [Lsn#DROPPED]
    long appendRecord(Scratch scratch, int length) {
        return publish(ANY_SEGMENT, scratch.encoder, length);
    }

    /// Appends a detail that an encoder holds, but for its end: by reference if the series is declared in the very
    /// segment that the claim lands in, with its labels otherwise. So it fits in every segment or in none, whatever
    /// the tail does in between.
    ///
    /// A detail declares nothing, so that a reader which does not know its type, and steps over it, misses no
    /// definition.
    ///
    /// @param declares whether more of this kind will come, so that the series had better be declared first
    /// @return the lsn of its end, or [Lsn#DROPPED]
    long appendDetail(Series series, SamplesEncoder encoder, boolean declares) {
        encoder.endDetail(series.labels); // with the labels, always: it is what must fit
        int ordinal = claims.ordinal();
        if (declares && !series.isDeclaredIn(ordinal)) {
            final long lsn = appendName(series);
            if (lsn < 0) {
                return lsn;
            }
            ordinal = ordinalOf(lsn);
        }
        if (series.isDeclaredIn(ordinal)) {
            final long lsn = publish(ordinal, encoder, encoder.endDetail(null));
            if (lsn != ELSEWHERE) {
                return lsn;
            }
        }
        return publish(ANY_SEGMENT, encoder, encoder.endDetail(series.labels));
    }

    private long appendName(Series series) {
        final Scratch scratch = scratches.lease();
        try {
            scratch.clear();
            return publishDefinition(series, scratch.encoder, encode(scratch, series, true));
        } finally {
            scratches.release(scratch);
        }
    }

    /// Claims a range for an encoded frame and commits the frame there.
    ///
    /// @param ordinal the segment that the frame relies on, or [#ANY_SEGMENT]
    /// @return the lsn of its end; [Lsn#DROPPED]; or [#ELSEWHERE] if the range lay in another segment: it is a pad
    private long publish(int ordinal, SamplesEncoder encoder, int length) {
        final int aligned = FrameLayout.align(length);
        final long claim = claim(aligned);
        if (claim < 0) {
            return Lsn.DROPPED;
        }
        try {
            final LiveSegment segment = claims.segment(claim);
            if (ordinal == ANY_SEGMENT || segment.ordinal == ordinal) {
                return publish(segment, (int) Tail.offset(claim), encoder, length);
            }
            claims.pad(segment, (int) Tail.offset(claim), aligned);
            return ELSEWHERE;
        } catch (StackOverflowError overflow) {
            claims.forsaken.notes = new Object[] {new long[] {claim, aligned}, claims.forsaken.notes};
            throw overflow;
        }
    }

    /// Copies an encoded frame into its range and commits it.
    ///
    /// @return the lsn of its end
    long publish(LiveSegment segment, int offset, SamplesEncoder encoder, int length) {
        final MemorySegment memory = segment.memory;
        final long position = segment.base + offset;
        final int aligned = FrameLayout.align(length);
        try {
            final int crc = encoder.bodyCrc() ^ FrameSeed.at(seed, position, length);
            FrameLayout.claimOpaque(memory, offset, aligned, crc);
            if (hook != null) {
                hook.afterClaim(index, position);
            }
            LiveBytes.put(
                    memory,
                    offset + FrameLayout.TYPE_OFFSET,
                    encoder.buffer(),
                    FrameLayout.TYPE_OFFSET,
                    aligned - FrameLayout.TYPE_OFFSET);

            FrameLayout.lengthRelease(memory, offset, length);
        } catch (InternalError fault) {
            claims.pad(segment, offset, aligned);
            throw poisonedBy(fault);
        } catch (Throwable failure) {
            claims.pad(segment, offset, aligned);
            throw failure;
        }
        return Lsn.of(index, position + aligned);
    }

    private long claim(int bytes) {
        final long claim = claims.tryClaim(bytes);
        return claim >= 0 ? claim : claimSlowly(bytes);
    }

    private long claimSlowly(int bytes) {
        if (config.backpressure().kind() == Backpressure.Kind.DROP) {
            background.wakePreparer();
            dropped.increment();
            return Lsn.DROPPED;
        }
        waits.increment();
        final long startNs = System.nanoTime();
        final long timeoutNs = config.backpressure().timeout().toNanos();
        long parkNs = MIN_PARK_NS;
        final WalEvents.Waiting event = WalEvents.waitBegins(index, bytes);
        boolean granted = false;
        boolean interrupted = false;
        try {
            while (true) {
                background.wakePreparer();
                final long waitedNs = System.nanoTime() - startNs;
                if (waitedNs >= timeoutNs) {
                    throw new WalFullException(
                            index,
                            Duration.ofNanos(waitedNs),
                            background.shortage(index),
                            background.shortageCause(index));
                }
                // An append cannot be interrupted. With the flag set, parking would spin, and files would be closed
                // under who helps.
                interrupted |= Thread.interrupted();
                if (!background.help()) {
                    LockSupport.parkNanos(this, parkNs);
                    parkNs = Math.min(2 * parkNs, MAX_PARK_NS);
                }
                final long claim = claims.tryClaim(bytes);
                if (claim >= 0) {
                    granted = true;
                    return claim;
                }
            }
        } finally {
            event.ends(background, granted);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// @return the position behind a segment of this epoch: they follow one another without a hole
    long endOf(int ordinal) {
        return firstBase + (ordinal + 1L) * config.segmentBytes();
    }

    /// Ends the shard for good. The first cause wins.
    void poison(Throwable cause) {
        if (claims.poisonCause() == null) {
            WalLog.poisoned(index, cause);
        }
        claims.poison(cause);
        gate.wakeAll();
    }

    /// A store has met a page that the file system cannot give, if only once.
    private WalPoisonedException poisonedBy(InternalError fault) {
        poison(fault);
        return claims.poisoned();
    }

    long durable() {
        return Lsn.of(index, claims.frontiers().durableVolatile());
    }
}
