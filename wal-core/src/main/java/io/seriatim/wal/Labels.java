package io.seriatim.wal;

import com.dynatrace.hash4j.hashing.Hashing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/// The labels that name a series: at least one pair of name and value, sorted by name, no name twice, valid UTF-8.
/// Immutable; encoded once, so that logging them is one copy of bytes.
///
/// ```
/// varint count, then for each label: varint nameLength, name, varint valueLength, value
/// ```
///
/// Lengths are in bytes; names sort by their bytes, unsigned. A value may be empty, a name may not. Nothing is
/// normalized: other bytes are another series.
public final class Labels {
    /// The most labels.
    public static final int MAX_COUNT = 256;

    /// The longest name, in bytes of UTF-8.
    public static final int MAX_NAME_BYTES = 1024;

    /// The longest value, in bytes of UTF-8.
    public static final int MAX_VALUE_BYTES = 32 * 1024;

    /// The longest encoding of all labels together, in bytes. It bounds what a reader believes.
    public static final int MAX_ENCODED_BYTES = 64 * 1024 - 1;

    private static final int EXCERPT_BYTES = 64;

    private static final VarHandle HANDLE;

    static {
        try {
            HANDLE = MethodHandles.lookup()
                    .findVarHandle(Labels.class, "handle", SeriesHandle.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final byte[] encoded;
    private final long hash;
    private SeriesHandle handle;

    private Labels(byte[] encoded) {
        this.encoded = encoded;
        this.hash = Hashing.xxh3_64().hashBytesToLong(encoded);
    }

    /// Labels from names and values in turn: `Labels.of("__name__", "up", "job", "api")`.
    ///
    /// @throws IllegalArgumentException naming the limit and the offender
    public static Labels of(String... namesAndValues) {
        final byte[][] bytes = new byte[namesAndValues.length][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = utf8(namesAndValues[i], i % 2 == 0 ? "name" : "value");
        }
        return ofUtf8(bytes);
    }

    /// Labels from a map.
    ///
    /// @throws IllegalArgumentException naming the limit and the offender
    public static Labels of(Map<String, String> labels) {
        final byte[][] bytes = new byte[labels.size() * 2][];
        int i = 0;
        for (final Map.Entry<String, String> label : labels.entrySet()) {
            bytes[i++] = utf8(label.getKey(), "name");
            bytes[i++] = utf8(label.getValue(), "value");
        }
        return ofUtf8(bytes);
    }

    /// Labels from UTF-8 bytes, names and values in turn. The bytes are copied.
    ///
    /// @throws IllegalArgumentException naming the limit and the offender
    public static Labels ofUtf8(byte[]... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value: strings=" + namesAndValues.length);
        }
        final byte[][][] pairs = new byte[namesAndValues.length / 2][][];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new byte[][] {
                Objects.requireNonNull(namesAndValues[2 * i], "name"),
                Objects.requireNonNull(namesAndValues[2 * i + 1], "value")
            };
        }
        Arrays.sort(pairs, (a, b) -> Arrays.compareUnsigned(a[0], b[0]));

        long length = Varint.length(pairs.length);
        for (final byte[][] pair : pairs) {
            length += Varint.length(pair[0].length) + (long) pair[0].length;
            length += Varint.length(pair[1].length) + (long) pair[1].length;
        }
        if (length > MAX_ENCODED_BYTES) {
            throw new IllegalArgumentException(
                    "labels too long: encodedBytes=" + length + " limit=" + MAX_ENCODED_BYTES);
        }
        final byte[] encoded = new byte[(int) length];
        int at = Varint.put(encoded, 0, pairs.length);
        for (final byte[][] pair : pairs) {
            for (final byte[] part : pair) {
                at = Varint.put(encoded, at, part.length);
                System.arraycopy(part, 0, encoded, at, part.length);
                at += part.length;
            }
        }
        validate(encoded, 0, encoded.length);
        return new Labels(encoded);
    }

    /// Reads an encoding, for instance one that [#copyEncodedTo] wrote. Trusts nothing; copies the bytes.
    ///
    /// @throws IllegalArgumentException if these are not labels as this class writes them, byte for byte
    public static Labels decode(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        validate(source, offset, length);
        return new Labels(Arrays.copyOfRange(source, offset, offset + length));
    }

    private static void validate(byte[] source, int offset, int length) {
        if (length > MAX_ENCODED_BYTES) {
            throw new IllegalArgumentException(
                    "labels too long: encodedBytes=" + length + " limit=" + MAX_ENCODED_BYTES);
        }
        final int end = offset + length;
        final long count = Varint.get(source, offset, end);
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException("label count out of range [1, " + MAX_COUNT + "]: count=" + count);
        }
        int at = offset + Varint.length(count);
        int previousName = -1;
        int previousLength = 0;
        for (int i = 0; i < count; i++) {
            final int nameLength = part(source, at, end, "name", MAX_NAME_BYTES);
            final int name = at + Varint.length(nameLength);
            final int valueLength = part(source, name + nameLength, end, "value", MAX_VALUE_BYTES);
            final int value = name + nameLength + Varint.length(valueLength);
            if (nameLength == 0) {
                throw new IllegalArgumentException("label name is empty: value=" + excerpt(source, value, valueLength));
            }
            if (previousName >= 0) {
                final int order = Arrays.compareUnsigned(
                        source, previousName, previousName + previousLength, source, name, name + nameLength);
                if (order >= 0) {
                    throw new IllegalArgumentException((order == 0 ? "label name twice: " : "labels not sorted: ")
                            + "name=" + excerpt(source, name, nameLength));
                }
            }
            at = value + valueLength;
            previousName = name;
            previousLength = nameLength;
        }
        if (at != end) {
            throw new IllegalArgumentException(
                    "label count does not match the labels: count=" + count + " bytesLeft=" + (end - at));
        }
    }

    private static int part(byte[] source, int at, int end, String what, int limit) {
        final long length = Varint.get(source, at, end);
        if (length < 0) {
            throw new IllegalArgumentException("label count does not match the labels: bytes end before a " + what);
        }
        final int start = at + Varint.length(length);
        if (length > limit) {
            throw new IllegalArgumentException("label " + what + " too long: bytes=" + length + " limit=" + limit + " "
                    + what + "=" + excerpt(source, start, end - start));
        }
        if (length > end - start) {
            throw new IllegalArgumentException("label count does not match the labels: bytes end inside a " + what);
        }
        if (!isUtf8(source, start, (int) length)) {
            throw new IllegalArgumentException(
                    "label " + what + " is not valid UTF-8: " + what + "=" + excerpt(source, start, (int) length));
        }
        return (int) length;
    }

    private static boolean isUtf8(byte[] source, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (source[i] < 0) {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source, offset, length));
                    return true;
                } catch (CharacterCodingException _) {
                    return false;
                }
            }
        }
        return true;
    }

    private static byte[] utf8(String text, String what) {
        final byte[] bytes = utf8OrNull(Objects.requireNonNull(text, what));
        if (bytes == null) {
            throw new IllegalArgumentException("label " + what + " has an unpaired surrogate: " + what + "=" + text);
        }
        return bytes;
    }

    /// Not `getBytes`, which makes a question mark of an unpaired surrogate: another name.
    private static byte[] utf8OrNull(String text) {
        try {
            final ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOf(bytes.array(), bytes.limit());
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    /// For messages, which are one line and do nothing to a terminal: so no control characters.
    private static String excerpt(byte[] source, int offset, int length) {
        final String text = string(source, offset, Math.min(length, EXCERPT_BYTES));
        return text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?") + (length > EXCERPT_BYTES ? "..." : "");
    }

    private static String string(byte[] source, int offset, int length) {
        return new String(source, offset, length, StandardCharsets.UTF_8);
    }

    /// @return the number of labels
    public int count() {
        return (int) Varint.get(encoded, 0, encoded.length);
    }

    /// @return the value of a label, or null if there is no such name
    public String get(String name) {
        final byte[] wanted = utf8OrNull(name);
        if (wanted == null) {
            return null;
        }
        final String[] found = new String[1];
        forEachUtf8((source, nameAt, nameLength, valueAt, valueLength) -> {
            if (Arrays.equals(source, nameAt, nameAt + nameLength, wanted, 0, wanted.length)) {
                found[0] = string(source, valueAt, valueLength);
            }
        });
        return found[0];
    }

    /// Visits the labels in the order of their names.
    public void forEach(BiConsumer<String, String> visitor) {
        forEachUtf8((source, nameAt, nameLength, valueAt, valueLength) ->
                visitor.accept(string(source, nameAt, nameLength), string(source, valueAt, valueLength)));
    }

    /// Visits the labels in the order of their names, as UTF-8 where it lies: nothing is copied.
    public void forEachUtf8(Utf8Visitor visitor) {
        final int count = count();
        int at = Varint.length(count);
        for (int i = 0; i < count; i++) {
            final int nameLength = (int) Varint.get(encoded, at, encoded.length);
            final int nameAt = at + Varint.length(nameLength);
            final int valueLength = (int) Varint.get(encoded, nameAt + nameLength, encoded.length);
            final int valueAt = nameAt + nameLength + Varint.length(valueLength);
            visitor.label(encoded, nameAt, nameLength, valueAt, valueLength);
            at = valueAt + valueLength;
        }
    }

    /// Is shown one label after the other.
    @FunctionalInterface
    public interface Utf8Visitor {
        /// A label, whose name and value lie in the same array: the labels' own, not to be changed.
        ///
        /// @param nameAt      where the name begins
        /// @param nameLength  its bytes
        /// @param valueAt     where the value begins
        /// @param valueLength its bytes; may be 0
        void label(byte[] source, int nameAt, int nameLength, int valueAt, int valueLength);
    }

    /// @return the length of the encoding, in bytes
    public int encodedLength() {
        return encoded.length;
    }

    /// Copies the encoding out.
    ///
    /// @throws IndexOutOfBoundsException if it does not fit
    public void copyEncodedTo(byte[] target, int offset) {
        System.arraycopy(encoded, 0, target, offset, encoded.length);
    }

    /// @return true if these bytes are this encoding
    public boolean encodedEquals(byte[] source, int offset, int length) {
        return Arrays.equals(encoded, 0, encoded.length, source, offset, offset + length);
    }

    /// For implementations of [Wal]: what was remembered here last, by whatever log, or null. Whoever keeps its
    /// `Labels` objects is thus spared the look-up.
    public SeriesHandle remembered() {
        return (SeriesHandle) HANDLE.getAcquire(this);
    }

    /// For implementations of [Wal]: remembers a handle made for equal labels, in place of any other.
    public void remember(SeriesHandle handle) {
        HANDLE.setRelease(this, handle);
    }

    /// @return XXH3 (64 bits, seed 0) of the encoding. It chooses a series' shard, so it belongs to the format.
    public long hash64() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Labels that && hash == that.hash && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return (int) (hash ^ hash >>> 32);
    }

    /// @return the labels in Prometheus' notation, `{job="api", mode="user"}`, values escaped
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("{");
        forEach((name, value) -> {
            text.append(text.length() == 1 ? "" : ", ").append(name).append("=\"");
            text.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
            text.append('"');
        });
        return text.append('}').toString();
    }
}
