package io.seriatim.tools.replay;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.Eta;
import io.seriatim.tools.Remarks;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayProgress;
import java.util.Locale;

/// Says how far a replay is and how long the rest of the step takes. One thread at a time.
public final class ReplayMeter implements ReplayProgress {
    private final Remarks remarks;
    private final int passes;
    private final String step;
    private final Eta reading = new Eta(System.nanoTime());
    private Eta writing;
    private long lastDone;
    private long bytesBefore;

    /// @param step where there are several: what this one does, ending in a space
    public ReplayMeter(Remarks remarks, ReplayPolicy policy, String step) {
        this.remarks = remarks;
        this.passes = policy == ReplayPolicy.SALVAGE ? 1 : 2; // judged first, then handed on
        this.step = step;
    }

    @Override
    public void onProgress(long bytesDone, long bytesTotal) {
        if (bytesDone < lastDone) {
            bytesBefore = lastDone;
        }
        lastDone = bytesDone;
        final long done = bytesBefore + bytesDone;
        final long total = Math.max(done, passes * bytesTotal);
        final String left = reading.text(done, total, System.nanoTime());
        remarks.progress(() -> step + "read " + ByteSize.text(done) + " of " + ByteSize.text(total)
                + (total > 0 ? " (" + 100 * done / total + " %)" : "") + left);
    }

    /// The second step of a format that is sorted: how many samples are written.
    void onWritten(long samples, long total) {
        if (writing == null) {
            writing = new Eta(System.nanoTime());
        }
        remarks.progress(() -> String.format(
                Locale.ROOT,
                "step 2 of 2: wrote %,d of %,d samples (%d %%)%s",
                samples,
                total,
                total > 0 ? 100 * samples / total : 100,
                writing.text(samples, total, System.nanoTime())));
    }
}
