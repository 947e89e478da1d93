package io.seriatim.tools.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// One file to read, or stdin.
///
/// @param name   how the user knows it
/// @param path   the file, or null for stdin
/// @param bytes  how long it is, or -1 if nobody knows
/// @param format what it is if its directory says so, or null
/// @param last   whether it is the last of its log: one that was being written may end torn
/// @param note   what is wrong with what comes before it, or null
record Source(String name, Path path, long bytes, Format format, boolean last, String note) {
    static Source stdin() {
        return new Source("-", null, -1, null, true, null);
    }

    static Source file(Path path) throws IOException {
        return file(path, null, true, null);
    }

    static Source file(Path path, Format format, boolean last, String note) throws IOException {
        final long bytes = Files.isRegularFile(path) ? Files.size(path) : -1;
        return new Source(path.toString(), path, bytes, format, last, note);
    }

    Input open(InputStream stdin) throws IOException {
        return Input.of(path == null ? stdin : Files.newInputStream(path));
    }
}
