package io.seriatim.tools.dump;

/// Some bytes of a part and what they mean.
///
/// @param offset  first byte, in the part
/// @param length  in bytes
/// @param name    of the field, as in FORMAT.md
/// @param meaning in words or numbers
record Field(int offset, int length, String name, String meaning) {
    private static final int HEX_BYTES = 8;
    private static final int SHORTENED_BYTES = 7;

    /// @param bytes of the part
    /// @return the bytes as hexadecimal, the first few
    String hex(byte[] bytes) {
        final int shown = length <= HEX_BYTES ? length : SHORTENED_BYTES;
        final StringBuilder hex = new StringBuilder();
        for (int i = offset; i < Math.min(offset + shown, bytes.length); i++) {
            hex.append(i == offset ? "" : " ")
                    .append(Character.forDigit(bytes[i] >> 4 & 15, 16))
                    .append(Character.forDigit(bytes[i] & 15, 16));
        }
        return shown < length ? hex + " .." : hex.toString();
    }
}
