package io.seriatim.tools.serve.intake;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads protobuf's wire format from an array, between [#at] and [#limit]. Trusts nothing, allocates nothing. Not
/// thread-safe.
final class Wire {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int GROUP = 3;
    static final int END_GROUP = 4;
    static final int FIXED32 = 5;

    static final int TAG_BITS = 3;
    private static final int MOST_DEPTH = 100; // as protobuf's own readers have it

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private static final byte[] NONE = {};

    byte[] bytes;
    int at;
    int limit;

    /// What is being read, for messages.
    String field = "message";

    private int base;

    /// Keeps no message.
    void release() {
        set(NONE, 0, 0);
    }

    void set(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.base = offset;
        this.at = offset;
        this.limit = offset + length;
        this.field = "message";
    }

    boolean more() {
        return at < limit;
    }

    /// @return number and wire type of the next field
    int tag() throws BadMessageException {
        final byte first = bytes[at];
        if (first > 7) {
            at++;
            return first;
        }
        final long tag = varint();
        if (tag >>> 32 != 0 || tag >>> TAG_BITS == 0) {
            throw bad("number of a field is out of range");
        }
        return (int) tag;
    }

    static int number(int tag) {
        return tag >>> TAG_BITS;
    }

    static int type(int tag) {
        return tag & (1 << TAG_BITS) - 1;
    }

    static int tag(int number, int type) {
        return number << TAG_BITS | type;
    }

    long varint() throws BadMessageException {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at >= limit) {
                throw bad("message ends within a number");
            }
            final byte next = bytes[at++];
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw bad("number is longer than 10 bytes");
    }

    static long unzigzag(long number) {
        return number >>> 1 ^ -(number & 1);
    }

    long fixed64() throws BadMessageException {
        if (limit - at < Long.BYTES) {
            throw bad("message ends within a number of 8 bytes");
        }
        final long number = (long) LONG.get(bytes, at);
        at += Long.BYTES;
        return number;
    }

    double fixedDouble() throws BadMessageException {
        return Double.longBitsToDouble(fixed64());
    }

    /// Reads the length of a field.
    ///
    /// @return where the field ends
    int end() throws BadMessageException {
        final int from = at;
        if (from < limit) {
            final int length = bytes[from]; // most are of one byte
            if (length >= 0 && length < limit - from) {
                at = from + 1;
                return at + length;
            }
        }
        return longEnd(from);
    }

    private int longEnd(int from) throws BadMessageException {
        final long length = varint();
        if (length < 0 || length > limit - at) {
            at = from;
            throw bad("field is longer than what holds it (" + Long.toUnsignedString(length) + " bytes)");
        }
        return at + (int) length;
    }

    /// Steps over the value of a field.
    void skip(int tag) throws BadMessageException {
        switch (type(tag)) {
            case VARINT -> varint();
            case FIXED64 -> step(Long.BYTES);
            case BYTES -> at = end();
            case GROUP -> skipGroup(number(tag));
            case FIXED32 -> step(Integer.BYTES);
            default -> throw bad("wire type is not known or ends no group");
        }
    }

    private void step(int count) throws BadMessageException {
        if (limit - at < count) {
            throw bad("message ends within a number of " + count + " bytes");
        }
        at += count;
    }

    private void skipGroup(int number) throws BadMessageException {
        final int[] open = new int[MOST_DEPTH];
        int depth = 0;
        open[depth++] = number;
        while (depth > 0) {
            if (!more()) {
                throw bad("message ends within a group");
            }
            final int tag = tag();
            if (type(tag) == GROUP) {
                if (depth == MOST_DEPTH) {
                    throw bad("groups are nested too deep");
                }
                open[depth++] = number(tag);
            } else if (type(tag) == END_GROUP) {
                if (open[--depth] != number(tag)) {
                    throw bad("group ends that did not begin");
                }
            } else {
                skip(tag);
            }
        }
    }

    BadMessageException bad(String what) {
        return BadMessageException.at(at - base, field, what);
    }
}
