package io.seriatim.tools.serve.intake;

/// A field's bytes where they lie in a message. Mutable and reused. Not thread-safe.
final class Span {
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int from;
    private int to;

    /// Is empty then, and keeps no message.
    void clear() {
        bytes = NONE;
        from = 0;
        to = 0;
    }

    void set(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    /// Takes the field that a reader stands at, and steps over it.
    void take(Wire wire) throws BadMessageException {
        final int end = wire.end();
        set(wire.bytes, wire.at, end);
        wire.at = end;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    int length() {
        return to - from;
    }

    /// Adds length and bytes.
    void putTo(Buffer key) {
        key.putVarint(to - from);
        key.put(bytes, from, to);
    }

    String text(String what) throws RejectedException {
        return LabelPairs.text(bytes, from, to, what);
    }
}
