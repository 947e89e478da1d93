package io.seriatim.wal.format;

/// A frame whose checksum is right and whose content breaks the rules. Carries no stack trace: a forged file can
/// hold millions.
public final class MalformedFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message which rule, with the numbers
    public MalformedFrameException(String message) {
        super(message, null, false, false);
    }
}
