package io.seriatim.tools.serve;

/// A request that is not taken, and what to tell the client.
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    RefusedException(Refusal refusal, String message) {
        super(message, null, false, false); // thrown by the thousand if somebody wants it so
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
