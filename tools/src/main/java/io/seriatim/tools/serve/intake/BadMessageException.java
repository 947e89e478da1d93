package io.seriatim.tools.serve.intake;

/// A message cannot be read as its protocol prescribes. The text is one line and says where. Nothing of the
/// message was logged.
public final class BadMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param what what is wrong, and where
    public BadMessageException(String what) {
        super(what);
    }

    static BadMessageException at(int offset, String field, String what) {
        return new BadMessageException(what + ": offset=" + offset + " field=" + field);
    }
}
