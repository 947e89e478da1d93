package io.seriatim.wal.format;

import io.seriatim.wal.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What was found behind the last proven durable position when the log was opened: the first frame of every epoch.
///
/// ```
/// offset 16 from | 24 prefixEnd | 32 end | 40 durable | 48 gapCount | 56 gaps: { from, to, meaning } x gapCount
/// ```
///
/// When this frame was written, every byte of valid frames in `[from, end)` had been stored and forced again; so
/// it asserts durability for them, and tells a later reader which gaps were there already. Gaps beyond [#MAX_GAPS]
/// are merged into the last.
///
/// @param from      where the examination began
/// @param prefixEnd end of the last frame before the first gap
/// @param end       end of the last valid frame
/// @param durable   the largest position that the log asserted durable before this opening
/// @param gaps      ranges without valid frames inside `[from, end)`
public record Verdict(long from, long prefixEnd, long end, long durable, List<Gap> gaps) {
    /// The most gaps that one verdict lists.
    public static final int MAX_GAPS = 100;

    private static final int FIXED_FIELDS = 5;
    private static final int GAP_FIELDS = 3;

    /// A range without valid frames.
    ///
    /// @param from    first position
    /// @param to      position behind it
    /// @param meaning [#TORN], [#LOST], [#ABANDONED] or [#UNDETERMINED]
    public record Gap(long from, long to, int meaning) {
        /// Never confirmed durable.
        public static final int TORN = 0;
        /// Part of it had been confirmed durable.
        public static final int LOST = 1;
        /// Claimed by a producer that died with its process, or never written: no append that returned is
        /// concerned.
        public static final int ABANDONED = 2;
        /// No evidence either way; no crash explains it.
        public static final int UNDETERMINED = 3;

        private static final List<Integer> FROM_BEST_TO_WORST = List.of(ABANDONED, TORN, UNDETERMINED, LOST);

        /// @return the worse of two meanings
        public static int worse(int one, int other) {
            return FROM_BEST_TO_WORST.indexOf(one) > FROM_BEST_TO_WORST.indexOf(other) ? one : other;
        }

        /// @return both as one, with the worse meaning
        private Gap join(Gap other) {
            return new Gap(Math.min(from, other.from), Math.max(to, other.to), worse(meaning, other.meaning));
        }
    }

    /// Copies the gaps: in order, the empty ones left out, those that overlap joined, the last ones joined down to
    /// [#MAX_GAPS].
    public Verdict {
        final List<Gap> canonical = new ArrayList<>();
        final List<Gap> sorted = gaps.stream()
                .filter(gap -> gap.from < gap.to)
                .sorted(Comparator.comparingLong(Gap::from))
                .toList();
        for (final Gap gap : sorted) {
            final boolean joined =
                    !canonical.isEmpty() && (canonical.size() == MAX_GAPS || gap.from < canonical.getLast().to);
            canonical.add(joined ? canonical.removeLast().join(gap) : gap);
        }
        gaps = List.copyOf(canonical);
    }

    /// @return the payload's 64-bit fields
    public long[] fields() {
        final long[] fields = new long[FIXED_FIELDS + GAP_FIELDS * gaps.size()];
        fields[0] = from;
        fields[1] = prefixEnd;
        fields[2] = end;
        fields[3] = durable;
        fields[4] = gaps.size();
        int at = FIXED_FIELDS;
        for (final Gap gap : gaps) {
            fields[at++] = gap.from;
            fields[at++] = gap.to;
            fields[at++] = gap.meaning;
        }
        return fields;
    }

    /// Reads the frame of `length` bytes at `offset`, whose checksum is right.
    ///
    /// @throws MalformedFrameException if its length is not what it says, or it contradicts itself
    public static Verdict decode(byte[] source, int offset, int length) throws MalformedFrameException {
        final int fields = (length - FrameLayout.PAYLOAD_OFFSET) / Long.BYTES;
        int at = offset + FrameLayout.PAYLOAD_OFFSET;
        final long count = fields < FIXED_FIELDS ? -1 : Bytes.getLong(source, at + 4 * Long.BYTES);
        if (count < 0
                || count > MAX_GAPS
                || length != FrameLayout.PAYLOAD_OFFSET + (FIXED_FIELDS + GAP_FIELDS * (int) count) * Long.BYTES) {
            throw new MalformedFrameException("verdict of another length: length=" + length + " gaps=" + count);
        }
        final int gapsAt = at + FIXED_FIELDS * Long.BYTES;
        final List<Gap> gaps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int gapAt = gapsAt + i * GAP_FIELDS * Long.BYTES;
            final long meaning = Bytes.getLong(source, gapAt + 2 * Long.BYTES);
            if (meaning < Gap.TORN || meaning > Gap.UNDETERMINED) {
                throw new MalformedFrameException("verdict's gap means nothing: gap=" + i + " meaning=" + meaning);
            }
            gaps.add(new Gap(Bytes.getLong(source, gapAt), Bytes.getLong(source, gapAt + Long.BYTES), (int) meaning));
        }
        final Verdict verdict = new Verdict(
                Bytes.getLong(source, at),
                Bytes.getLong(source, at + 8),
                Bytes.getLong(source, at + 16),
                Bytes.getLong(source, at + 24),
                gaps);
        if (!verdict.gaps.equals(gaps) || !verdict.isConsistent()) {
            throw new MalformedFrameException("verdict contradicts itself: " + verdict);
        }
        return verdict;
    }

    private boolean isConsistent() {
        return from >= 0
                && (gaps.isEmpty() || gaps.getFirst().from >= from && gaps.getLast().to <= end)
                && prefixEnd >= from
                && end >= prefixEnd
                && end < Lsn.POSITION_LIMIT
                && durable >= 0
                && durable < Lsn.POSITION_LIMIT;
    }
}
