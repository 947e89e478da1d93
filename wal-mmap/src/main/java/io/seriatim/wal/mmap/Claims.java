package io.seriatim.wal.mmap;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.SegmentHeader;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;

/// Hands out ranges of a shard's segments: who writes where. Any thread; no lock, no system call.
///
/// # Why it is right
///
/// *Assumptions.* `tail` is changed by atomic operations only. A segment is put into its slot before a `tail`
/// names its ordinal, and stays there, mapped, until every frame in it is committed and forced. Bytes that nobody
/// has claimed are zero.
///
/// *Guarantees.*
///
/// 1. **Every byte has one owner.** `getAndAdd` hands out disjoint ranges of an ordinal, and an ordinal is entered
///    once: the CAS that names it starts at the header's end. A range that would pass the segment's end is not
///    used; of all such claims exactly one has `start < capacity < end`, and it alone pads the rest. If a claim
///    ends exactly at the capacity, nothing is left to pad.
/// 2. **The offset never carries into the ordinal.** A thread adds only after it has read an offset below the
///    capacity, so beyond the capacity there is at most one addition of at most 16 MiB for each thread.
/// 3. **Nobody depends on anybody to roll.** Whoever reads an offset at or past the capacity, and finds the next
///    segment in its slot, tries the CAS; the preparer does too. It fails only if another has rolled, closed,
///    poisoned or added.
/// 4. **A closed or poisoned shard takes nothing.** Both are bits in `tail`, set by an atomic or. A claim whose
///    old value carries one is void; the old value that the or returned is the exact end of all valid claims.
/// 5. **A sleeping claimer is waited for.** Its segment leaves the slot only when `committed` has passed the
///    segment's end, and `committed` stops at its range.
///
/// *Example.* Capacity 4096, `tail` at 4064. A claims 32: starts at 4064, ends at 4096, fits. B has read 4064 as
/// well and claims 32: starts at 4096, pads nothing, rolls. Had A claimed 40, A would pad `[4064, 4096)`, and
/// roll.
final class Claims {
    /// Live segments at most; a power of two.
    static final int SLOTS = 64;

    private static final int PAGE_BYTES = 4096;

    // Of a pad only the 8 header bytes behind the checksum are covered, and they are always the same.
    private static final int PAD_BODY_CRC = padBodyCrc();

    private final int shard;
    private final int segmentBytes;
    private final long seed;
    private final Frontiers frontiers;
    private final Runnable onRoll;
    private final AtomicReferenceArray<LiveSegment> slots = new AtomicReferenceArray<>(SLOTS);

    /// For who holds a claim and catches a `StackOverflowError`.
    final Forsaken forsaken = new Forsaken();

    private volatile Throwable poison;

    /// @param onRoll run by the thread that changed to a next segment; must be cheap
    Claims(int shard, LiveSegment first, int firstOffset, Runnable onRoll) {
        this.shard = shard;
        this.segmentBytes = first.length;
        this.seed = first.header.seed();
        this.onRoll = onRoll;
        this.frontiers = new Frontiers(Tail.of(first.ordinal, firstOffset), first.base + SegmentHeader.HEADER_BYTES);
        slots.set(first.ordinal & SLOTS - 1, first);
    }

    Frontiers frontiers() {
        return frontiers;
    }

    /// Reserves a range if a segment is at hand.
    ///
    /// @param bytes a multiple of 8
    /// @return the tail that names the range's segment and start, or -1
    /// @throws WalClosedException   if the shard is closed
    /// @throws WalPoisonedException if it is poisoned
    long tryClaim(int bytes) {
        final int segmentBytes = this.segmentBytes;
        final Frontiers frontiers = this.frontiers;
        while (true) {
            final long seen = frontiers.tailVolatile();
            if (!Tail.isOpen(seen)) {
                throw refused(seen);
            }
            if (Tail.offset(seen) < segmentBytes) {
                final long claim = frontiers.tailGetAndAdd(Tail.units(bytes));
                // From here on every call may run out of stack, so there is none outside a net.
                if ((claim & (Tail.CLOSED | Tail.POISONED)) != 0) {
                    throw refused(claim); // void
                }
                final long start = (claim & Tail.OFFSET_MASK) << Tail.UNIT_SHIFT;
                if (start + bytes <= segmentBytes) {
                    return claim;
                }
                if (start < segmentBytes) {
                    try {
                        pad(segment(claim), (int) start, (int) (segmentBytes - start));
                    } catch (StackOverflowError overflow) {
                        forsaken.notes = new Object[] {new long[] {claim, segmentBytes - start}, forsaken.notes};
                        throw overflow;
                    }
                }
            }
            if (!tryRoll()) {
                return -1;
            }
        }
    }

    /// Moves the tail to the next segment if it is past this one's end.
    ///
    /// @return false if the next one is not ready
    boolean tryRoll() {
        while (true) {
            final long seen = frontiers.tailVolatile();
            if (!Tail.isOpen(seen) || Tail.offset(seen) < segmentBytes) {
                return true;
            }
            final int next = Tail.ordinal(seen) + 1;
            if (segmentOf(next) == null) {
                return false;
            }
            if (frontiers.tailCompareAndSet(seen, Tail.of(next, SegmentHeader.HEADER_BYTES))) {
                onRoll.run();
                return true;
            }
        }
    }

    /// Moves the tail to the next page, if it is inside one; what lies between becomes a pad.
    ///
    /// @return the position of the page boundary, where a frame ends in any case; or -1 if the shard is not open
    long padToPage() {
        while (true) {
            final long seen = frontiers.tailVolatile();
            if (!Tail.isOpen(seen)) {
                return -1;
            }
            final LiveSegment segment = segment(seen);
            final int offset = (int) Math.min(Tail.offset(seen), segmentBytes);
            final int boundary = offset + PAGE_BYTES - 1 & -PAGE_BYTES;
            if (boundary == offset) {
                return segment.base + boundary;
            }
            if (frontiers.tailCompareAndSet(seen, seen + Tail.units(boundary - offset))) {
                pad(segment, offset, boundary - offset);
                return segment.base + boundary;
            }
        }
    }

    /// Fills a claimed range that will hold nothing.
    ///
    /// @throws WalPoisonedException if not even that is possible, because the mapping itself fails
    void pad(LiveSegment segment, int offset, int length) {
        try {
            FrameLayout.claimOpaque(segment.memory, offset, length);
            int crc = FrameSeed.at(seed, segment.base + offset, length);
            if (length > FrameLayout.SHORT_PAD_LENGTH) {
                crc ^= PAD_BODY_CRC;
                LiveBytes.putLong(segment.memory, offset + FrameLayout.TYPE_OFFSET, FrameLayout.PAD);
            }
            LiveBytes.putInt(segment.memory, offset + FrameLayout.CRC_OFFSET, crc);

            FrameLayout.lengthRelease(segment.memory, offset, length);
        } catch (StackOverflowError overflow) {
            throw overflow; // the mapping is sound: who holds the claim forsakes it
        } catch (Throwable failure) {
            poison(failure);
            throw poisoned();
        }
    }

    /// Pads a range whose producer had no stack left to do so. Flusher only.
    ///
    /// @return false if the range is not one of those
    boolean padForsaken(LiveSegment segment, int offset) {
        final int bytes = forsaken.bytesAt(segment.ordinal, offset);
        if (bytes == 0) {
            return false;
        }
        pad(segment, offset, bytes);
        return true;
    }

    private static int padBodyCrc() {
        final CRC32C crc = new CRC32C();
        crc.update(new byte[] {FrameLayout.PAD, 0, 0, 0, 0, 0, 0, 0});
        return (int) crc.getValue();
    }

    /// @return the segment that a claim landed in
    LiveSegment segment(long claim) {
        return slots.get(Tail.ordinal(claim) & SLOTS - 1);
    }

    /// @return the live segment of an ordinal, or null
    LiveSegment segmentOf(int ordinal) {
        final LiveSegment segment = slots.get(ordinal & SLOTS - 1);
        return segment != null && segment.ordinal == ordinal ? segment : null;
    }

    /// @return the segment in a slot, or null
    LiveSegment slot(int slot) {
        return slots.get(slot);
    }

    /// Makes a prepared segment reachable; its slot is free. Preparer only.
    void offer(LiveSegment segment) {
        slots.set(segment.ordinal & SLOTS - 1, segment);
    }

    /// Takes a finished segment, or the spare of a closed shard, out of its slot. Flusher only.
    void withdraw(LiveSegment segment) {
        slots.compareAndSet(segment.ordinal & SLOTS - 1, segment, null);
        forsaken.forget(segment.ordinal);
    }

    /// @return the ordinal of the segment that the tail is in
    int ordinal() {
        return Tail.ordinal(frontiers.tailVolatile());
    }

    /// @return the position that the next claim would get, never below the committed one
    long tailPosition() {
        while (true) {
            final long seen = frontiers.tailVolatile();
            final LiveSegment segment = segmentOf(Tail.ordinal(seen));
            if (segment != null) {
                final long position = segment.base + Math.min(Tail.offset(seen), segment.length);
                // Closing commits its last mark behind the closed tail.
                return Tail.isOpen(seen) ? position : Math.max(position, frontiers.committedAcquire());
            }
            if (Tail.ordinal(frontiers.tailVolatile()) == Tail.ordinal(seen)) {
                return frontiers.committedAcquire(); // after close
            }
        }
    }

    /// Takes nothing more.
    ///
    /// @return the tail at which valid claims end
    long close() {
        return frontiers.tailGetAndOr(Tail.CLOSED);
    }

    /// Takes nothing more, because something failed. The first cause wins.
    void poison(Throwable cause) {
        final boolean first;
        synchronized (slots) {
            first = poison == null;
            if (first) {
                poison = cause;
            }
        }
        frontiers.tailGetAndOr(Tail.POISONED);
        if (first) {
            WalEvents.poisoned(shard, frontiers.durableVolatile(), frontiers.committedAcquire(), cause);
        }
    }

    /// @return why the shard is poisoned, or null
    Throwable poisonCause() {
        return poison;
    }

    WalPoisonedException poisoned() {
        return new WalPoisonedException(shard, Lsn.of(shard, frontiers.durableVolatile()), poison);
    }

    private RuntimeException refused(long tail) {
        return Tail.isPoisoned(tail) ? poisoned() : new WalClosedException(shard);
    }
}
