package io.seriatim.tools.serve;

/// A message, unpacked.
///
/// @param bytes  holds it from 0 on
/// @param length its bytes
record Body(byte[] bytes, int length) {
    static final Body EMPTY = new Body(new byte[0], 0);
}
