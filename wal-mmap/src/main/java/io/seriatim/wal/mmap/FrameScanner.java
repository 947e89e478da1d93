package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.Crc32cWords;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.util.zip.CRC32C;

/// The one parser: goes through a segment frame by frame and says where there is none. Replay, recovery, verify,
/// tailing and repair all see a segment through it. Not thread-safe; reused from segment to segment.
///
/// Every byte between the header and the end of the file belongs to a frame, to a gap, or to the unwritten rest.
///
/// *Behind a bad word* it tries each multiple of 8, and believes none of the lengths that the bad word may claim:
/// stepping over a damaged length would hide the good frames under it. A candidate counts only if it is a valid
/// frame and what follows it is a valid frame too, or a place where frames may end: the segment's end, a word
/// never written, an open claim. All checksum work on candidates is bounded by four times the segment, all reading
/// for them by sixteen times, and so is all checksum work on bad words themselves, each of which may claim the rest
/// of the segment; when one of these is used up, the rest is one gap. So a forged file costs bounded time. Only what
/// can be a frame by its header is charged: damage does not use up the budget, and does not hide what lies behind
/// it. A frame is valid in one place of one log only ([FrameSeed]), so a copy of a segment inside a user's record
/// is not mistaken for frames.
///
/// *A live writer* goes on behind the copy that the window holds. So a word that is no frame is looked at again in
/// the file before anything is called a gap, and again once the gap's end is known: what lies before a frame that
/// was found may have been stored since it was copied.
final class FrameScanner {
    /// A valid frame: see [#offset], [#length], [#type].
    static final int FRAME = 1;
    /// A range without a valid frame, frames may follow: see [#offset], [#length], [#gapKind].
    static final int GAP = 2;
    /// Nothing more: [#offset] is where the unwritten rest begins.
    static final int END = 3;

    private static final int RESYNC_FACTOR = 4;
    private static final int LOAD_FACTOR = 16;
    private static final int BAD_WORD_FACTOR = 16;
    private static final int MIN_SAMPLE_BYTES = 1 + Long.BYTES;
    private static final int PAGE_BYTES = 4096;

    private final CRC32C crc = new CRC32C();
    private final Window window;
    private Lookahead ahead; // its copies begin at trustedEnd; null if nobody is ahead
    private StorageFile file;
    private long seed;
    private long base;
    private int limit;
    private int next;
    private int trustedEnd;
    private long budget;
    private long badWordBudget;
    private long loadLimit;
    private long checkedBytes;

    private int offset;
    private int length;
    private int typeWord;
    private Damage.Kind gapKind;
    private boolean gapHoldsZeroPage;

    FrameScanner(int windowBytes) {
        window = new Window(windowBytes);
    }

    /// Turns to a segment.
    ///
    /// @param file open for reading; the caller closes it
    void open(StorageFile file, SegmentFile segment) {
        this.file = file;
        ahead = null;
        window.open(file);
        seed = segment.header().seed();
        base = segment.header().base();
        limit = segment.readableBytes() & -FrameLayout.ALIGNMENT;
        next = SegmentHeader.HEADER_BYTES;
        trustedEnd = next;
        checkedBytes = 0;
        startAfresh();
    }

    /// Goes on at a file offset where a frame may start.
    void skipTo(int offset) {
        next = offset;
        trustedEnd = offset;
    }

    /// Forgets the copy of the file: the next look reads it again. What was read and searched so far, again and again
    /// while somebody wrote, is not counted any more.
    void startAfresh() {
        window.forget();
        budget = (long) RESYNC_FACTOR * limit;
        badWordBudget = (long) BAD_WORD_FACTOR * limit;
        loadLimit = window.loadedBytes() + (long) LOAD_FACTOR * limit;
    }

    /// Goes on with what another scanner has copied and checked, as long as there is any.
    void follow(Lookahead lookahead) {
        ahead = lookahead;
    }

    /// Copies as much as the window holds and checks the frames in it, until there is one that is not valid.
    ///
    /// @param copy gets what was copied, if there is a valid frame
    /// @return the offset behind the last valid frame, -1 if there is none
    int checkAhead(Window.Copy copy) throws IOException {
        window.forget();
        int at = next;
        final int index = window.at(at, Math.min(limit - at, FrameLayout.ALIGNMENT));
        final int loadedEnd = index < 0 ? at : (int) Math.min(limit, window.end());
        while (at < loadedEnd) {
            if (isSample(at)) {
                at += FrameLayout.SAMPLE_LENGTH;
                continue;
            }
            final int word = window.intAt(at);
            if (word <= 0 || word > loadedEnd - at || !isValid(at, word)) {
                break;
            }
            at += FrameLayout.align(word);
        }
        if (at == next) {
            return -1;
        }
        window.hand(copy);
        next = at;
        return at;
    }

    private void goAhead(int at) throws IOException {
        final Window.Copy copy = ahead.await();
        if (copy == null) {
            ahead = null;
            return;
        }
        window.take(copy);
        trustedEnd = ahead.checkedEnd();
        checkedBytes += trustedEnd - at;
        ahead.taken();
    }

    /// Goes on.
    ///
    /// @return [#FRAME], [#GAP] or [#END]
    int next() throws IOException {
        final int at = next;
        if (at == trustedEnd && ahead != null) {
            goAhead(at);
        }
        if (isSample(at)) {
            typeWord = FrameLayout.SAMPLE;
            return frame(at, FrameLayout.SAMPLE_LENGTH);
        }
        if (at >= limit) {
            offset = limit;
            return END;
        }
        final int word = window.intAt(at);
        if (at < trustedEnd && word > 0) {
            typeWord = word >= FrameLayout.PAYLOAD_OFFSET ? window.intAt(at + FrameLayout.TYPE_OFFSET) : 0;
            return frame(at, word);
        }
        final long before = checkedBytes;
        if (isFrame(at, word) || badWordBudget > 0 && isFrameNow(at, word)) {
            return frame(at, window.intAt(at));
        }
        badWordBudget -= checkedBytes - before;
        return gap(at, window.intAt(at));
    }

    /// Looks at the next frame without passing over anything that is not one: for tailing.
    ///
    /// @return [#FRAME], or [#END] if there is no valid frame yet
    int nextCommitted() throws IOException {
        final int at = next;
        offset = at;
        if (at >= limit) {
            return END;
        }
        final int word = window.intAt(at);
        return isFrame(at, word) || isFrameNow(at, word) ? frame(at, window.intAt(at)) : END;
    }

    /// Most frames are samples of known series: they are seen without any of the calls that the others need.
    ///
    /// @return true if the copy holds a valid one here; otherwise nothing is said
    private boolean isSample(int at) {
        final int index = window.indexOf(at, FrameLayout.SAMPLE_LENGTH);
        if (index < 0 || at > limit - FrameLayout.SAMPLE_LENGTH) {
            return false;
        }
        final byte[] bytes = window.bytes();
        final long head = Bytes.getLong(bytes, index);
        final long first = Bytes.getLong(bytes, index + FrameLayout.TYPE_OFFSET);
        if ((int) head != FrameLayout.SAMPLE_LENGTH || (int) first != FrameLayout.SAMPLE) {
            return false;
        }
        if (at < trustedEnd) {
            return true;
        }
        checkedBytes += FrameLayout.SAMPLE_LENGTH;
        final int crc = Crc32cWords.of(
                first,
                Bytes.getLong(bytes, index + FrameLayout.SAMPLE_TIMESTAMP_OFFSET),
                Bytes.getLong(bytes, index + FrameLayout.SAMPLE_VALUE_OFFSET));
        return (crc ^ FrameSeed.at(seed, base + at, FrameLayout.SAMPLE_LENGTH)) == (int) (head >>> Integer.SIZE);
    }

    private boolean isFrame(int at, int word) throws IOException {
        return word > 0 && isValid(at, word);
    }

    /// A live writer may have stored more since the copy was taken; and a frame may have been copied while it was
    /// being stored, its word before its content.
    private boolean isFrameNow(int at, int seen) throws IOException {
        if (window.intNow(at) != seen) {
            window.forget();
            return isFrame(at, window.intAt(at));
        }
        if (seen <= 0 || !isPlausible(at, seen) || seen > WalConfig.MAX_FRAME_BYTES) {
            return false;
        }
        window.refresh(at, FrameLayout.align(seen));
        return isFrame(at, window.intAt(at));
    }

    private int frame(int at, int word) {
        offset = at;
        length = word;
        next = at + FrameLayout.align(word);
        return FRAME;
    }

    private boolean isValid(int at, int word) throws IOException {
        if (!isPlausible(at, word)) {
            return false;
        }
        if (word == FrameLayout.SHORT_PAD_LENGTH) {
            typeWord = 0;
            return window.intAt(at + FrameLayout.CRC_OFFSET) == FrameSeed.at(seed, base + at, word);
        }
        typeWord = window.intAt(at + FrameLayout.TYPE_OFFSET);
        final boolean pad = isPad(at, word);
        if (!pad && FrameLayout.align(word) > WalConfig.MAX_FRAME_BYTES) {
            return false;
        }
        final int covered = pad ? FrameLayout.PAYLOAD_OFFSET : FrameLayout.align(word);
        checkedBytes += covered;
        final int index = window.at(at, covered);
        if (index < 0) {
            return false;
        }
        crc.reset();
        crc.update(window.bytes(), index + FrameLayout.TYPE_OFFSET, covered - FrameLayout.TYPE_OFFSET);
        final int expected = (int) crc.getValue() ^ FrameSeed.at(seed, base + at, word);
        return expected == Bytes.getInt(window.bytes(), index + FrameLayout.CRC_OFFSET);
    }

    private boolean isPad(int at, int word) throws IOException {
        return word == FrameLayout.SHORT_PAD_LENGTH
                || FrameLayout.type(window.intAt(at + FrameLayout.TYPE_OFFSET)) == FrameLayout.PAD;
    }

    private boolean isPlausible(int at, int word) {
        return (word >= FrameLayout.PAYLOAD_OFFSET || word == FrameLayout.SHORT_PAD_LENGTH) && word <= limit - at;
    }

    private int gap(int at, int word) throws IOException {
        final long copied = window.end();
        int resume = search(at + FrameLayout.ALIGNMENT);
        int last = resume;
        if (resume < 0) {
            // Nothing valid follows: the gap ends with the last byte that anybody wrote.
            last = (int) window.lastNonZero(at, limit);
        }
        if (last > at && window.end() != copied) {
            window.forget();
            resume = search(at + FrameLayout.ALIGNMENT);
            last = resume < 0 ? last : resume;
        }
        if (window.intNow(at) != word) {
            window.forget();
            return next();
        }
        offset = at;
        if (last == at) {
            next = limit;
            return END;
        }
        gapHoldsZeroPage = false;
        final int claimed = endOfClaims(at, last);
        final boolean open = claimed >= 0 && (claimed <= last || resume < 0);
        gapKind = open ? Damage.Kind.UNCOMMITTED : Damage.Kind.CHECKSUM;
        next = open ? Math.min(claimed, last) : last;
        length = next - at;
        return GAP;
    }

    /// Steps over what producers leave that die before they commit: claims one behind the other, and zeros where one
    /// had not marked its claim yet. Between those and the next frame there is nothing else.
    ///
    /// @return where they end, at `end`, at a frame, or behind what was written; -1 if something else is there
    private int endOfClaims(int from, int end) throws IOException {
        int at = from;
        while (at < end) {
            final int word = window.intAt(at);
            if (word > 0) {
                return at > from && isValid(at, word) ? at : -1;
            }
            if (word < 0) {
                if (-word % FrameLayout.ALIGNMENT != 0 || word < at - limit) {
                    return -1;
                }
                at -= word;
            } else {
                final int zeros = at;
                while (at < end && window.intAt(at) == 0 && window.intAt(at + FrameLayout.CRC_OFFSET) == 0) {
                    at += FrameLayout.ALIGNMENT;
                }
                if (at == zeros) {
                    return -1;
                }
                gapHoldsZeroPage |= holdsPage(zeros, at);
            }
        }
        return at;
    }

    /// @return true if a range of a file holds a whole page
    static boolean holdsPage(int from, int to) {
        return (from + PAGE_BYTES - 1 & -PAGE_BYTES) <= to - PAGE_BYTES;
    }

    private int search(int from) throws IOException {
        int at = from;
        while (budget > 0 && badWordBudget > 0 && window.loadedBytes() < loadLimit) {
            at = (int) window.skipZeros(at, limit);
            if (at >= limit) {
                return -1;
            }
            if (isResumption(at)) {
                return at;
            }
            at += FrameLayout.ALIGNMENT;
        }
        return -1;
    }

    private boolean isResumption(int at) throws IOException {
        final int word = window.intAt(at);
        if (!mayBeFrame(at, word) || !isFrameWithin(at, word)) {
            return false;
        }
        final int behind = at + FrameLayout.align(word);
        final int following = behind >= limit ? 0 : window.intAt(behind);
        return following <= 0 || mayBeFrame(behind, following) && isFrameWithin(behind, following);
    }

    /// Checks a candidate, on the budget.
    private boolean isFrameWithin(int at, int word) throws IOException {
        budget -= isPad(at, word) ? FrameLayout.PAYLOAD_OFFSET : word;
        return budget > 0 && isValid(at, word);
    }

    private boolean mayBeFrame(int at, int word) throws IOException {
        return word > 0
                && isPlausible(at, word)
                && (word <= WalConfig.MAX_FRAME_BYTES || isPad(at, word))
                && looksLikeFrame(at, word);
    }

    /// Spares the checksum of most candidates that are no frames: what each type fixes of its header.
    private boolean looksLikeFrame(int at, int word) throws IOException {
        if (word == FrameLayout.SHORT_PAD_LENGTH) {
            return true;
        }
        final int header = window.intAt(at + FrameLayout.TYPE_OFFSET);
        final int aux = FrameLayout.aux(header);
        return switch (FrameLayout.type(header)) {
            case FrameLayout.PAD -> aux == 0;
            case FrameLayout.SAMPLE -> aux == 0 && word == FrameLayout.SAMPLE_LENGTH;
            case FrameLayout.SAMPLES -> {
                final int samples = window.intAt(at + FrameLayout.WORD_OFFSET);
                final int room = word - FrameLayout.SAMPLES_GROUPS_OFFSET;
                yield samples >= 0 && samples <= room / MIN_SAMPLE_BYTES && aux <= room;
            }
            case FrameLayout.MARK -> word == Mark.LENGTH;
            case FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR, FrameLayout.METADATA ->
                aux <= Math.min(word - FrameLayout.DETAIL_BODY_OFFSET, Labels.MAX_ENCODED_BYTES)
                        && window.intAt(at + FrameLayout.WORD_OFFSET) >= 0;
            case FrameLayout.RECORD, FrameLayout.VERDICT -> aux == 0;
            default -> aux == 0; // a newer writer's
        };
    }

    /// @return file offset of the frame or gap, or of the unwritten rest
    int offset() {
        return offset;
    }

    /// @return length of the frame, or of the gap, in bytes
    int length() {
        return length;
    }

    int type() {
        return length == FrameLayout.SHORT_PAD_LENGTH ? FrameLayout.PAD : FrameLayout.type(typeWord);
    }

    /// @return what a gap looks like
    Damage.Kind gapKind() {
        return gapKind;
    }

    /// @return whether an uncommitted gap has a whole page of zeros: no claim explains it, but pages that the kernel
    ///         dropped do
    boolean gapHoldsZeroPage() {
        return gapHoldsZeroPage;
    }

    long position() {
        return base + offset;
    }

    /// @return the position behind the frame or gap
    long endPosition() {
        return base + next;
    }

    /// Makes the current frame readable in [#bytes()].
    ///
    /// @return its index there
    int frameIndex() throws IOException {
        return window.at(offset, length);
    }

    byte[] bytes() {
        return window.bytes();
    }

    /// @return bytes checksummed since [#open], whatever came of it
    long checkedBytes() {
        return checkedBytes;
    }

    /// @return bytes read since [#open]
    long loadedBytes() {
        return window.loadedBytes();
    }

    StorageFile file() {
        return file;
    }
}
