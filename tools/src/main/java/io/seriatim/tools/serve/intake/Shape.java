package io.seriatim.tools.serve.intake;

import java.util.HashMap;
import java.util.Map;

/// What fields a message has. With it the structure of a message is checked before anything of it is believed, and
/// JSON is translated. Immutable once its fields are added.
final class Shape {
    private static final int MOST_DEPTH = 100; // as protobuf's own readers have it

    /// What a shortcut tells may be nested so deep, counted from where it is.
    private static final int SHORTCUT_DEPTH = 3;

    /// What a field holds.
    enum Kind {
        BOOL(Wire.VARINT),
        UNSIGNED(Wire.VARINT),
        SIGNED(Wire.VARINT),
        ZIGZAG(Wire.VARINT),
        ENUM(Wire.VARINT),
        FIXED(Wire.FIXED64),
        SIGNED_FIXED(Wire.FIXED64),
        DOUBLE(Wire.FIXED64),
        TEXT(Wire.BYTES),
        BASE64(Wire.BYTES),
        HEX(Wire.BYTES),
        MESSAGE(Wire.BYTES);

        private final int wireType;

        Kind(int wireType) {
            this.wireType = wireType;
        }

        int wireType() {
            return wireType;
        }
    }

    /// One field.
    ///
    /// @param path  for messages: the name of the message, and its own
    /// @param shape of a message, else null
    record Part(int number, String path, Kind kind, boolean repeated, Shape shape) {
        int tag() {
            return Wire.tag(number, kind.wireType());
        }
    }

    /// Says of the plainest form of a message, at little cost, that it is as it must be.
    @FunctionalInterface
    interface Shortcut {
        /// @return true only if the check would find nothing; false says nothing
        boolean isSound(byte[] bytes, int from, int to);
    }

    private final String name;
    private final Part[] parts = new Part[32];
    private final Map<String, Part> byJsonName = new HashMap<>();
    private long alternatives;
    private Shortcut shortcut = (_, _, _) -> false;

    Shape(String name) {
        this.name = name;
    }

    Shape one(int number, String field, Kind kind) {
        return add(new Part(number, name + "." + field, kind, false, null), field);
    }

    Shape many(int number, String field, Kind kind) {
        return add(new Part(number, name + "." + field, kind, true, null), field);
    }

    Shape one(int number, String field, Shape shape) {
        return add(new Part(number, name + "." + field, Kind.MESSAGE, false, shape), field);
    }

    Shape many(int number, String field, Shape shape) {
        return add(new Part(number, name + "." + field, Kind.MESSAGE, true, shape), field);
    }

    /// Says that a message has at most one of these fields.
    Shape alternatives(int... numbers) {
        for (final int number : numbers) {
            alternatives |= 1L << number;
        }
        return this;
    }

    /// Says how the plainest form of such a message is told; one that is not nested deeper than two more.
    Shape shortcut(Shortcut shortcut) {
        this.shortcut = shortcut;
        return this;
    }

    private Shape add(Part part, String field) {
        parts[part.number] = part;
        final StringBuilder json = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            final char next = field.charAt(i);
            if (next == '_') {
                json.append(Character.toUpperCase(field.charAt(++i)));
            } else {
                json.append(next);
            }
        }
        byJsonName.put(json.toString(), part);
        byJsonName.put(field, part);
        return this;
    }

    String name() {
        return name;
    }

    /// @return a field by its name in JSON, or null
    Part byJsonName(String name) {
        return byJsonName.get(name);
    }

    private Part part(int number) {
        return number < parts.length ? parts[number] : null;
    }

    /// Checks everything between a reader's place and its limit, which is where the reader then stands.
    ///
    /// @throws BadMessageException if protobuf cannot be read there, or says a thing twice
    void check(Wire wire) throws BadMessageException {
        check(wire, 0);
    }

    private void check(Wire wire, int depth) throws BadMessageException {
        if (depth == MOST_DEPTH) {
            throw wire.bad("messages are nested too deep");
        }
        long seen = 0;
        while (wire.more()) {
            wire.field = name;
            final int tag = wire.tag();
            final Part part = part(Wire.number(tag));
            if (part == null) {
                wire.skip(tag);
                continue;
            }
            wire.field = part.path;
            if (part.shape != null && Wire.type(tag) == Wire.BYTES) {
                if (!part.repeated) {
                    seen = firstSight(wire, seen, part.number);
                }
                final int end = wire.end();
                if (depth < MOST_DEPTH - SHORTCUT_DEPTH && part.shape.shortcut.isSound(wire.bytes, wire.at, end)) {
                    wire.at = end;
                    continue;
                }
                final int outer = wire.limit;
                wire.limit = end;
                part.shape.check(wire, depth + 1);
                wire.limit = outer;
            } else {
                checkPlain(wire, part, tag);
            }
        }
    }

    private long firstSight(Wire wire, long seen, int number) throws BadMessageException {
        final long bit = 1L << number;
        final long rivals = (alternatives & bit) != 0 ? alternatives : bit;
        if ((seen & rivals) != 0) {
            throw wire.bad("message says a thing twice of which there is one");
        }
        return seen | bit;
    }

    private static void checkPlain(Wire wire, Part part, int tag) throws BadMessageException {
        final int type = part.kind.wireType();
        if (Wire.type(tag) == type) {
            wire.skip(tag);
        } else if (part.repeated && Wire.type(tag) == Wire.BYTES) {
            checkPacked(wire, type);
        } else {
            throw wire.bad("field has another wire type than its protocol says (" + Wire.type(tag) + ")");
        }
    }

    private static void checkPacked(Wire wire, int type) throws BadMessageException {
        final int end = wire.end();
        if (type == Wire.FIXED64) {
            if ((end - wire.at) % Long.BYTES != 0) {
                throw wire.bad("numbers of 8 bytes do not fill their field");
            }
            wire.at = end;
            return;
        }
        final int outer = wire.limit;
        wire.limit = end;
        while (wire.more()) {
            wire.varint();
        }
        wire.limit = outer;
    }
}
