package io.seriatim.tools.ingest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What could not be taken, with place and reason. The first ones are kept for the report, all of them go to a file if
/// one is wanted. Not thread-safe.
final class Rejects implements AutoCloseable {
    /// How many are kept.
    static final int KEPT = 10_000;

    private static final int EXCERPT_BYTES = 120;
    private static final int ANNOUNCED = 10;

    private final List<Reject> kept = new ArrayList<>();
    private final Consumer<String> listener;
    private final long limit;
    private final PrintWriter file;
    private long count;
    private long torn;

    /// One of them.
    ///
    /// @param file   the input's name
    /// @param line   from 1 on, or 0 where there are no lines
    /// @param offset first byte in the unpacked file, or -1 where there are lines
    /// @param torn   whether this is the end of something that was still being written
    /// @param reason what is wrong
    /// @param text   how it begins, without control characters
    record Reject(String file, long line, long offset, boolean torn, String reason, String text) {
        @Override
        public String toString() {
            return file + (line > 0 ? ":" + line : " at offset " + offset) + ": " + reason
                    + (text.isEmpty() ? "" : ": " + text);
        }
    }

    /// There are more than the user wants to see.
    static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMany() {
            super("too many rejects", null, false, false);
        }
    }

    /// @param limit    the most that are borne
    /// @param path     where all of them are written, or null
    /// @param listener is told of the first ones at once
    Rejects(long limit, Path path, Consumer<String> listener) {
        this.listener = listener;
        this.limit = limit;
        try {
            this.file = path == null ? null : new PrintWriter(Files.newBufferedWriter(path));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @throws TooMany if this is one more than are borne
    void add(Reject reject) {
        count++;
        torn += reject.torn() ? 1 : 0;
        if (kept.size() < KEPT) {
            kept.add(reject);
        }
        if (file != null) {
            file.println(reject);
            if (file.checkError()) {
                throw new UncheckedIOException(new IOException("cannot write the file of --rejects"));
            }
        }
        announce(reject);
        if (count > limit) {
            throw new TooMany();
        }
    }

    private void announce(Reject reject) {
        if (count <= ANNOUNCED) {
            listener.accept((reject.torn() ? "torn: " : "rejected: ") + reject);
        } else if (count == ANNOUNCED + 1) {
            listener.accept("rejected: more than " + ANNOUNCED + ", not all shown (--rejects FILE lists all)");
        }
    }

    long count() {
        return count;
    }

    /// @return how many of them are torn ends
    long torn() {
        return torn;
    }

    List<Reject> kept() {
        return kept;
    }

    /// @return text for people: short, and harmless on a terminal
    static String excerpt(byte[] bytes, int from, int to) {
        final int end = Math.min(to, from + EXCERPT_BYTES);
        final String text =
                new String(bytes, from, end - from, StandardCharsets.UTF_8).replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
        return end < to ? text + "..." : text;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
