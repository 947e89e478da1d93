package io.seriatim.tools;

import java.util.Arrays;

/// The lines of one record, or as many of them as are ready. Not thread-safe; reused.
public final class LineBatch {
    /// Nothing at all.
    public static final LineBatch NOTHING = new LineBatch();

    /// From so many bytes on a record is better handed over in parts.
    private static final int PART_BYTES = 128 * 1024;

    private final JsonBuffer text = new JsonBuffer();
    private int[] ends = new int[16];
    private int lines;

    /// Takes everything out.
    public LineBatch clear() {
        text.clear();
        lines = 0;
        return this;
    }

    /// @return the text, to be added to
    public JsonBuffer text() {
        return text;
    }

    /// Ends a line; its line feed is in the text already.
    public void endLine() {
        if (lines == ends.length) {
            ends = Arrays.copyOf(ends, 2 * lines);
        }
        ends[lines++] = text.length();
    }

    /// @return lines ended
    public int lines() {
        return lines;
    }

    /// @return how long the text is up to the end of the n-th line, from 1 on
    public int lengthOf(int lines) {
        return lines == 0 ? 0 : ends[lines - 1];
    }

    /// @return whether it had better be handed over before more is added
    public boolean isLong() {
        return text.length() >= PART_BYTES;
    }
}
