package io.seriatim.tools.demo;

/// A promise that did not hold, with the facts in its message.
final class Counterexample extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /// What can be wrong with a log that was replayed.
    enum Kind {
        /// A sample that must be there is not.
        MISSING,
        /// A sample was there before.
        DOUBLED,
        /// A sample comes after one that was appended later.
        REORDERED,
        /// A sample that nobody appended.
        INVENTED,
        /// A sample's value has other bits.
        CHANGED,
        /// A record was found in part.
        SPLIT,
        /// The log reports damage that killing its writer cannot explain.
        DAMAGED
    }

    Counterexample(Kind kind, String message) {
        super(kind + ": " + message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
