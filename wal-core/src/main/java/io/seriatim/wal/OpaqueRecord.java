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

    /// @return the lsn that the append returned
    long lsn();

    /// @return a copy of all bytes
    default byte[] toByteArray() {
        final byte[] copy = new byte[length()];
        copyTo(0, copy, 0, copy.length);
        return copy;
    }
}
