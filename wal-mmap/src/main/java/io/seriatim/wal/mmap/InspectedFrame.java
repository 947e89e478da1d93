package io.seriatim.wal.mmap;

import io.seriatim.wal.format.FrameLayout;
import java.io.IOException;

/// A valid frame where it lies. A view, valid during the callback only.
public final class InspectedFrame {
    private FrameScanner scanner;
    private int index;

    InspectedFrame() {}

    /// Makes the content readable. A pad's is anything, of any length: it is left where it is.
    InspectedFrame of(FrameScanner scanner) throws IOException {
        this.scanner = scanner;
        index = isPad() ? -1 : scanner.frameIndex();
        return this;
    }

    /// @return first byte, in the file
    public int offset() {
        return scanner.offset();
    }

    /// @return length in bytes, from the commit word to the end of the payload
    public int length() {
        return scanner.length();
    }

    /// @return bytes that it takes up in the file
    public int alignedLength() {
        return FrameLayout.align(scanner.length());
    }

    /// @return its position in the shard's log
    public long position() {
        return scanner.position();
    }

    /// @return a type of [FrameLayout], or one that this program does not know
    public int type() {
        return scanner.type();
    }

    /// @return whether it is nothing but room; then it has no [#array()]
    public boolean isPad() {
        return type() == FrameLayout.PAD;
    }

    /// @return the array that holds the frame's bytes from [#arrayOffset()] on; not to be changed
    public byte[] array() {
        return scanner.bytes();
    }

    /// @return where in [#array()] the commit word is, -1 for a pad
    public int arrayOffset() {
        return index;
    }
}
