package io.seriatim.wal;

/// Bytes that the log keeps without looking at them. A view, valid during the callback only.
public interface OpaqueRecord {
    /// @return the tag given when it was appended
    int kind();

    /// @return the number of bytes
    int length();

    /// Copies bytes out.
    ///
    /// @param offset first byte of the record to copy
    /// @param target where to
    /// @param at     first byte to overwrite
    /// @param count  how many
    /// @throws IndexOutOfBoundsException if either range does not fit
    void copyTo(int offset, byte[] target, int at, int count);

    /// For adapters, which show the bytes where they are: the array that holds them, from [#arrayOffset()] on, among
    /// other records. Not to be changed; the next record may be in another.
    ///
    /// @return the reader's own array, or a copy if it has none
    default byte[] array() {
        return toByteArray();
    }

    /// @return where in [#array()] the record begins
    default int arrayOffset() {
        return 0;
    }

    /// @return the lsn that the append returned
    long lsn();

    /// @return a copy of all bytes
    default byte[] toByteArray() {
        final byte[] copy = new byte[length()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }
}
