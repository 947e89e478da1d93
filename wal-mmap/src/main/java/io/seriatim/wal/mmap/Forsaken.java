package io.seriatim.wal.mmap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Claims whose producer ran out of stack and could not even pad them: every step of that is a call, and for a call
/// there is no stack. So the producer leaves a note, which takes none, and never touches the range again; the
/// flusher, when it stands before the range, pads it.
///
/// A note is `{long[] {claim, bytes}, next}`: arrays, because an object needs a constructor, and that is a call. It is
/// pushed with a plain store for the same reason; of two threads that overflow in the same instant one note may be
/// lost, and its range is left to [StalledClaimException].
final class Forsaken {
    private static final VarHandle NOTES;

    static {
        try {
            NOTES = MethodHandles.lookup()
                    .findVarHandle(Forsaken.class, "notes", Object[].class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /// Who holds a claim and catches a `StackOverflowError` sets this to
    /// `new Object[] {new long[] {claim, bytes}, notes}`.
    volatile Object[] notes;

    /// @return the bytes to pad at an offset, or 0 if nobody has forsaken it. A note may be about a range that is
    ///         padded or committed all the same: it counts only where the walk is held up
    int bytesAt(int ordinal, int offset) {
        for (Object[] note = notes; note != null; note = (Object[]) note[1]) {
            final long[] range = (long[]) note[0];
            if (Tail.ordinal(range[0]) == ordinal && Tail.offset(range[0]) == offset) {
                return (int) range[1];
            }
        }
        return 0;
    }

    /// Throws the notes away if all of them are about segments that are finished. Flusher only.
    void forget(int finished) {
        final Object[] first = notes;
        for (Object[] note = first; note != null; note = (Object[]) note[1]) {
            if (Tail.ordinal(((long[]) note[0])[0]) > finished) {
                return;
            }
        }
        if (first != null) {
            NOTES.compareAndSet(this, first, (Object[]) null);
        }
    }
}
