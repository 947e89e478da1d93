package io.seriatim.wal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/// Checks of what an error says, shared by the tests of both packages.
public final class Failures {
    private Failures() {}

    /// Checks that an argument is refused and that the message has every part.
    public static void assertRefused(Executable call, String... parts) {
        assertSays(assertThrows(IllegalArgumentException.class, call), parts);
    }

    /// Checks that a message is one line and has every part.
    public static void assertSays(Throwable failure, String... parts) {
        final String message = failure.getMessage();
        assertTrue(message.indexOf('\n') < 0, message);
        for (final String part : parts) {
            assertTrue(message.contains(part), () -> "no \"" + part + "\" in: " + message);
        }
    }
}
