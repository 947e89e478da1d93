package io.seriatim.tools.ingest;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.Remarks;
import java.util.Locale;

/// Says how far a run is and when it will be over, as far as the lengths of its files are known. Not thread-safe.
final class Progress {
    private final Remarks remarks;
    private final long totalBytes;
    private final long startNs = System.nanoTime();
    private long finishedBytes;

    /// @param totalBytes of all files, or -1 if one of them has no length
    Progress(Remarks remarks, long totalBytes) {
        this.remarks = remarks;
        this.totalBytes = totalBytes;
    }

    void finished(Input input) {
        finishedBytes += input.rawBytes();
    }

    void show(Source source, Input input, long samples) {
        remarks.progress(() -> text(source, finishedBytes + input.rawBytes(), samples, System.nanoTime() - startNs));
    }

    private String text(Source source, long done, long samples, long elapsedNs) {
        final String taken = String.format(Locale.ROOT, "%s: %,d samples", source.name(), samples);
        if (totalBytes <= 0 || done <= 0) {
            return taken + ", " + ByteSize.text(done) + " read";
        }
        final long leftSeconds = Math.round(elapsedNs / 1e9 * Math.max(0, totalBytes - done) / done);
        return taken + ", " + ByteSize.text(done) + " of " + ByteSize.text(totalBytes) + " ("
                + 100 * Math.min(done, totalBytes) / totalBytes + " %), " + leftSeconds + " s left";
    }
}
