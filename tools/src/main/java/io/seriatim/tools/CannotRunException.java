package io.seriatim.tools;

/// A command cannot do its work, for a reason that its message tells whole.
public final class CannotRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message what is wrong, with the facts, and what to try
    public CannotRunException(String message) {
        super(message);
    }
}
