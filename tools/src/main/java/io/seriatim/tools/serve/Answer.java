package io.seriatim.tools.serve;

import io.seriatim.tools.serve.intake.Outcome;

/// What became of a request.
///
/// @param refusal why it was not taken, or null if it was
/// @param message about the refusal, for the client
/// @param outcome what was logged of it, or null if nothing can be said about that
record Answer(Refusal refusal, String message, Outcome outcome) {
    static Answer taken(Outcome outcome) {
        return new Answer(null, null, outcome);
    }

    static Answer refused(Refusal refusal, String message) {
        return new Answer(refusal, message, null);
    }

    boolean isTaken() {
        return refusal == null;
    }
}
