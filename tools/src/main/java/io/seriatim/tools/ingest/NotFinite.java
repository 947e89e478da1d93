package io.seriatim.tools.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Doubles that are no decimal numbers, as text writes them: `NaN`, `+Inf`, and `NaN:7ff0000000000002` for a NaN with
/// other bits, which is how `replay` writes it.
final class NotFinite {
    /// Not one of them. These are the bits of a finite number.
    static final long NONE = 0;

    private static final long CANONICAL_NAN = 0x7ff8000000000000L;
    private static final long INFINITY = 0x7ff0000000000000L;
    private static final int LONGEST = 20;
    private static final int HEX_DIGITS = 16;

    private NotFinite() {}

    /// @return the bits, or [#NONE]
    static long bits(byte[] bytes, int from, int to) {
        return to - from > LONGEST ? NONE : bits(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    /// @return the bits, or [#NONE]
    static long bits(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> CANONICAL_NAN;
            case "inf", "+inf", "infinity", "+infinity" -> INFINITY;
            case "-inf", "-infinity" -> INFINITY | Long.MIN_VALUE;
            default -> text.startsWith("NaN:") ? payload(text.substring(4)) : NONE;
        };
    }

    private static long payload(String hex) {
        if (hex.length() != HEX_DIGITS || !hex.matches("[0-9a-fA-F]*")) {
            return NONE;
        }
        final long bits = Long.parseUnsignedLong(hex, 16);
        return Double.isNaN(Double.longBitsToDouble(bits)) ? bits : NONE;
    }
}
