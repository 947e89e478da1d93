package io.seriatim.tools.serve.intake;

/// Something in a message is sound in its structure but cannot be kept. Caught within this package.
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedException(String why) {
        super(why, null, false, false);
    }
}
