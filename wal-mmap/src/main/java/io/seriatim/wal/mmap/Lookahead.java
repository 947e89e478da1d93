package io.seriatim.wal.mmap;

import java.io.IOException;

/// Copies a segment and checks its frames on one thread, for a scanner that understands them on another. What is not
/// a valid frame ends it: from there on the scanner reads for itself. So does a frame that is longer than a piece; for
/// those the checksum is cheap.
///
/// Thus a replay of one shard has work for two threads, in pieces that stay in the cores' caches. One thread checks
/// ([#run]), one takes (all else); nothing is copied or checked with the lock held.
final class Lookahead {
    /// How many pieces wait to be taken at most. One more is in the making.
    static final int DEPTH = 4;

    private final Window.Copy[] copies = new Window.Copy[DEPTH];
    private final int[] ends = new int[DEPTH];
    private final FrameScanner checker;
    private StorageFile file;
    private SegmentFile segment;
    private long checked;
    private long taken;
    private boolean over;

    Lookahead(int pieceBytes) {
        checker = new FrameScanner(pieceBytes);
        for (int i = 0; i < DEPTH; i++) {
            copies[i] = new Window.Copy(pieceBytes);
        }
    }

    /// Turns to a segment, from its first frame on. Nobody may be in [#run] now, and somebody must enter it then.
    ///
    /// @param file open for reading; the caller closes it
    synchronized void begin(StorageFile file, SegmentFile segment) {
        this.file = file;
        this.segment = segment;
        checked = 0;
        taken = 0;
        over = false;
    }

    /// Checks until it meets what is no valid frame, or is told to end.
    ///
    /// @throws IOException if the file cannot be read; who takes will meet that too, if it matters
    void run() throws IOException {
        try {
            checker.open(file, segment);
            for (int piece = free(); piece >= 0; piece = free()) {
                final int end = checker.checkAhead(copies[piece]);
                if (end < 0) {
                    return;
                }
                add(piece, end);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private synchronized int free() throws InterruptedException {
        while (!over && checked - taken == DEPTH) {
            wait();
        }
        return over ? -1 : (int) (checked % DEPTH);
    }

    private synchronized void add(int piece, int end) {
        ends[piece] = end;
        checked++;
        notifyAll();
    }

    /// Tells [#run] to end.
    synchronized void end() {
        over = true;
        notifyAll();
    }

    /// Waits for the next piece, which begins where the one before it ended.
    ///
    /// @return the piece, to be taken before [#taken()] is called, or null if there is none
    /// @throws IOException if the thread is interrupted
    synchronized Window.Copy await() throws IOException {
        try {
            while (!over && checked == taken) {
                wait();
            }
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", failure);
        }
        return checked == taken ? null : copies[(int) (taken % DEPTH)];
    }

    /// @return file offset behind the last frame that was checked in the piece last awaited
    synchronized int checkedEnd() {
        return ends[(int) (taken % DEPTH)];
    }

    /// Gives the place of the piece last awaited back.
    synchronized void taken() {
        taken++;
        notifyAll();
    }
}
