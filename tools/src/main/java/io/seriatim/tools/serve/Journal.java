package io.seriatim.tools.serve;

import io.seriatim.tools.Json;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// What the server says about itself: a line an event, with fields, on stderr. Of each minute only so many lines about
/// clients, so that none can fill a disk. Remembers the last warnings for the status page. Thread-safe.
final class Journal {
    private static final int REMEMBERED = 20;
    private static final int A_MINUTE = 60;
    private static final long MINUTE_NS = 60_000_000_000L;

    /// How lines look.
    enum Format {
        /// For people: `time LEVEL event key=value`.
        TEXT,
        /// For machines: an object a line.
        JSON
    }

    /// A warning that is remembered.
    ///
    /// @param time when
    /// @param text what
    record Entry(Instant time, String text) {}

    private final PrintStream out;
    private final Format format;
    private final boolean quiet;
    private final Deque<Entry> last = new ArrayDeque<>();
    private long minuteStartNs = System.nanoTime();
    private int inMinute;
    private long suppressed;

    /// @param quiet whether to say warnings only
    Journal(PrintStream out, Format format, boolean quiet) {
        this.out = out;
        this.format = format;
        this.quiet = quiet;
    }

    /// Says what happens as it should.
    ///
    /// @param fields names and values in turn
    synchronized void info(String event, Object... fields) {
        if (!quiet) {
            write("INFO", event, fields);
        }
    }

    /// Says what somebody should look at.
    synchronized void warn(String event, Object... fields) {
        remember(event, fields);
        write("WARN", event, fields);
    }

    /// Says what a client brought about: not more often than a disk can stand.
    synchronized void client(String event, Object... fields) {
        remember(event, fields);
        final long nowNs = System.nanoTime();
        if (nowNs - minuteStartNs >= MINUTE_NS) {
            if (suppressed > 0) {
                write("WARN", "suppressed", "lines", suppressed);
            }
            minuteStartNs = nowNs;
            inMinute = 0;
            suppressed = 0;
        }
        if (++inMinute <= A_MINUTE) {
            write("WARN", event, fields);
        } else {
            suppressed++;
        }
    }

    /// @return the last warnings, newest first
    synchronized List<Entry> last() {
        return List.copyOf(last);
    }

    private void remember(String event, Object... fields) {
        if (last.size() == REMEMBERED) {
            last.removeLast();
        }
        last.addFirst(new Entry(Instant.now(), event + pairs(fields)));
    }

    private void write(String level, String event, Object... fields) {
        final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        if (format == Format.TEXT) {
            out.println(now + " " + level + " " + event + pairs(fields));
            return;
        }
        out.print(Json.line(json -> {
            json.writeStringField("time", now.toString());
            json.writeStringField("level", level);
            json.writeStringField("event", event);
            for (int i = 0; i < fields.length; i += 2) {
                final String name = String.valueOf(fields[i]);
                switch (fields[i + 1]) {
                    case Number number -> json.writeNumberField(name, number.longValue());
                    case Boolean flag -> json.writeBooleanField(name, flag);
                    case null -> json.writeNullField(name);
                    default -> json.writeStringField(name, String.valueOf(fields[i + 1]));
                }
            }
        }));
        out.flush();
    }

    private static String pairs(Object... fields) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            final String value = String.valueOf(fields[i + 1]).replaceAll("\\p{Cntrl}", "?");
            text.append(' ').append(fields[i]).append('=');
            if (value.indexOf(' ') >= 0 || value.indexOf('"') >= 0 || value.isEmpty()) {
                text.append('"')
                        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            } else {
                text.append(value);
            }
        }
        return text.toString();
    }
}
