package io.seriatim.tools;

import java.io.PrintStream;
import java.util.function.Supplier;

/// What a command tells people while it works, on stderr. On a terminal progress is one line that is written
/// over; elsewhere it is a line every few seconds. Thread-safe.
public final class Remarks {
    private static final long TERMINAL_INTERVAL_NS = 100_000_000L;
    private static final long PLAIN_INTERVAL_NS = 5_000_000_000L;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final boolean quiet;
    private final long intervalNs;
    private long lastNs = System.nanoTime();
    private boolean lineOpen;
    private boolean silenced;

    /// @param terminal whether somebody looks at `err`
    /// @param quiet    whether to leave progress and remarks out
    public Remarks(PrintStream err, boolean terminal, boolean quiet) {
        this.err = err;
        this.terminal = terminal;
        this.quiet = quiet;
        this.intervalNs = terminal ? TERMINAL_INTERVAL_NS : PLAIN_INTERVAL_NS;
    }

    /// How far the work is. Cheap to call often: shown now and then.
    public synchronized void progress(Supplier<String> text) {
        final long nowNs = System.nanoTime();
        if (quiet || silenced || nowNs - lastNs < intervalNs) {
            return;
        }
        lastNs = nowNs;
        if (terminal) {
            err.print(ERASE_LINE + text.get());
            err.flush();
            lineOpen = true;
        } else {
            err.println(text.get());
        }
    }

    /// Something worth a line of its own, unless the user wants quiet.
    public synchronized void remark(String line) {
        if (!quiet) {
            say(line);
        }
    }

    /// Something that the user must see.
    public synchronized void say(String line) {
        if (silenced) {
            return;
        }
        clear();
        err.println(line);
        lastNs = System.nanoTime();
    }

    /// Takes the line that is written over off the terminal.
    public synchronized void clear() {
        if (lineOpen) {
            err.print(ERASE_LINE);
            err.flush();
            lineOpen = false;
        }
    }

    /// Says nothing any more: the process is being ended from outside.
    public synchronized void silence() {
        clear();
        silenced = true;
    }
}
