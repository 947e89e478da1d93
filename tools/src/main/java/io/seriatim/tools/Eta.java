package io.seriatim.tools;

import java.time.Duration;
import java.util.Locale;

/// Says how far work is and how long the rest will take. Not thread-safe.
///
/// The rate is that of the latest half of the time spent: a start from the page cache, or a slow one, is
/// forgotten as the work goes on, and a moment's pause does not matter.
public final class Eta {
    private static final int POINTS = 256;
    private static final long SOON_NS = 1_000_000_000L;

    private final long startNs;
    private final long[] timesNs = new long[POINTS];
    private final long[] dones = new long[POINTS];
    private int points = 1;

    /// @param nowNs of `System.nanoTime`, when the work begins
    public Eta(long nowNs) {
        this.startNs = nowNs;
        timesNs[0] = nowNs;
    }

    /// Takes note of how far the work is.
    ///
    /// @return how long the rest takes, in nanoseconds, or -1 if it is too early to tell
    public long restNs(long done, long total, long nowNs) {
        if (points == POINTS) {
            points = POINTS / 2;
            for (int i = 0; i < points; i++) {
                timesNs[i] = timesNs[2 * i];
                dones[i] = dones[2 * i];
            }
        }
        timesNs[points] = nowNs;
        dones[points++] = done;
        int from = 0;
        while (from + 1 < points - 1 && timesNs[from + 1] - startNs <= (nowNs - startNs) / 2) {
            from++;
        }
        final long did = done - dones[from];
        if (did <= 0 || nowNs - startNs < SOON_NS) {
            return -1;
        }
        return (long) ((double) (total - done) / did * (nowNs - timesNs[from]));
    }

    /// @return `, 1 min 5 s left`, or nothing while it is too early to tell
    public String text(long done, long total, long nowNs) {
        final long rest = restNs(done, total, nowNs);
        return rest < 0 ? "" : ", " + duration(rest) + " left";
    }

    private static String duration(long ns) {
        final Duration rest = Duration.ofNanos(ns).plusMillis(500);
        if (rest.toHours() > 0) {
            return String.format(Locale.ROOT, "%d h %d min", rest.toHours(), rest.toMinutesPart());
        }
        return rest.toMinutes() > 0
                ? String.format(Locale.ROOT, "%d min %d s", rest.toMinutes(), rest.toSecondsPart())
                : rest.toSeconds() + " s";
    }
}
