package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// The labels of a series in the making: only series that are seen for the first time get here. Not thread-safe.
final class LabelPairs {
    private final IntakeLimits limits;
    private final Map<String, String> pairs = new TreeMap<>();

    LabelPairs(IntakeLimits limits) {
        this.limits = limits;
    }

    void clear() {
        pairs.clear();
    }

    boolean has(String name) {
        return pairs.containsKey(name);
    }

    void put(String name, String value) {
        pairs.put(name, value);
    }

    void putIfSaid(String name, String value) {
        if (!value.isEmpty()) {
            pairs.put(name, value);
        }
    }

    /// Adds a label as it was sent.
    ///
    /// @throws RejectedException if there is such a name already, or too many
    void putOnce(String name, String value) throws RejectedException {
        if (pairs.size() == Labels.MAX_COUNT) {
            throw new RejectedException("too many labels: limit=" + Labels.MAX_COUNT);
        }
        if (pairs.put(name, value) != null) {
            throw new RejectedException("label name twice: name=" + excerpt(name));
        }
    }

    /// Adds everything.
    void putAll(Map<String, String> more) {
        pairs.putAll(more);
    }

    boolean isEmpty() {
        return pairs.isEmpty();
    }

    /// @throws RejectedException if there are too many, or too long ones
    Labels labels() throws RejectedException {
        if (pairs.size() > limits.maxLabels()) {
            throw new RejectedException("too many labels: labels=" + pairs.size() + " limit=" + limits.maxLabels());
        }
        final Labels labels = labels(pairs);
        if (labels.encodedLength() > limits.maxLabelBytes()) {
            throw new RejectedException(
                    "labels too long: encodedBytes=" + labels.encodedLength() + " limit=" + limits.maxLabelBytes());
        }
        return labels;
    }

    /// @throws RejectedException if the log takes no such labels
    static Labels labels(Map<String, String> pairs) throws RejectedException {
        try {
            return Labels.of(pairs);
        } catch (IllegalArgumentException refusal) {
            throw new RejectedException(excerpt(refusal.getMessage()));
        }
    }

    /// @return what the bytes say
    /// @throws RejectedException if that is not UTF-8
    static String text(byte[] bytes, int from, int to, String what) throws RejectedException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new RejectedException(what + " is not valid UTF-8: " + what + "="
                    + excerpt(new String(bytes, from, Math.min(64, to - from), StandardCharsets.UTF_8)));
        }
    }

    /// For messages, which are one line and do nothing to a terminal.
    static String excerpt(String text) {
        final String start = text.length() > 200 ? text.substring(0, 200) + "..." : text;
        return start.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
    }
}
