package io.seriatim.tools.serve;

import io.seriatim.tools.CannotRunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;

/// The token that clients have to show (RFC 6750): compared in a time that tells nothing.
final class BearerToken {
    private static final String SCHEME = "bearer ";
    private static final int MOST_BYTES = 4096;

    private final byte[] token;

    private BearerToken(byte[] token) {
        this.token = token;
    }

    /// Reads the token from a file, whose white space at the end is not part of it.
    ///
    /// @throws CannotRunException if there is none
    static BearerToken read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new CannotRunException("token too long: file=" + file + " limit=" + MOST_BYTES);
            }
            final String token = Files.readString(file).strip();
            if (token.isEmpty() || !token.matches("[\\x21-\\x7e]+")) {
                throw new CannotRunException(
                        "a token is printable ASCII without spaces: file=" + file + " characters=" + token.length());
            }
            return new BearerToken(token.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            throw new CannotRunException("cannot read the token: file=" + file + " cause=" + failure);
        }
    }

    /// @param authorization the header, or null
    /// @return whether it shows the token
    boolean isShownBy(String authorization) {
        if (authorization == null
                || authorization.length() <= SCHEME.length()
                || !authorization
                        .substring(0, SCHEME.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(SCHEME)) {
            return false;
        }
        final byte[] shown = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(token, shown);
    }
}
