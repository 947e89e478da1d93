package io.seriatim.tools.store;

/// A store that does not take what it is sent, and nothing suggests that it ever will.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message) {
        super(message);
    }
}
