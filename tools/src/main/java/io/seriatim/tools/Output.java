package io.seriatim.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// A command's results. Unlike a `PrintStream` it says when writing fails. Not buffered; not thread-safe.
public final class Output {
    private final String name;
    private final OutputStream stream;

    /// Stdout.
    public Output(OutputStream stream) {
        this("stdout", stream);
    }

    /// @param name of where it goes, for messages
    public Output(String name, OutputStream stream) {
        this.name = name;
        this.stream = stream;
    }

    /// Writes bytes.
    ///
    /// @throws Lost if it cannot be written
    public void write(byte[] bytes, int offset, int length) {
        try {
            stream.write(bytes, offset, length);
        } catch (IOException failure) {
            throw new Lost(name, failure);
        }
    }

    /// Writes text as UTF-8.
    ///
    /// @throws Lost if it cannot be written
    public void print(String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(bytes, 0, bytes.length);
    }

    /// Writes text as UTF-8, and nothing if its reader went away: for what ends a command anyhow.
    ///
    /// @throws Lost if it cannot be written for another reason
    public void printLast(String text) {
        try {
            print(text);
        } catch (Lost failure) {
            if (!failure.readerWentAway()) {
                throw failure;
            }
        }
    }

    /// Writing the results failed.
    public static final class Lost extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        Lost(String name, IOException cause) {
            super("cannot write to " + name + ": " + cause.getMessage(), cause);
        }

        /// A reader such as `head` that has seen enough. The JDK has no type for it, only the system's message.
        boolean readerWentAway() {
            final String message = String.valueOf(getCause().getMessage());
            return message.contains("Broken pipe") || message.contains("EPIPE");
        }
    }
}
