package io.seriatim.tools.stat;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.Remarks;
import io.seriatim.wal.ReplayProgress;

/// How far reading is, and how long it will go on.
///
/// @param remarks where to say it
/// @param startNs when it began
record Reading(Remarks remarks, long startNs) implements ReplayProgress {
    @Override
    public void onProgress(long doneBytes, long totalBytes) {
        remarks.progress(() -> text(doneBytes, totalBytes, System.nanoTime() - startNs));
    }

    static String text(long doneBytes, long totalBytes, long elapsedNs) {
        final double bytesPerNs = (double) doneBytes / Math.max(1, elapsedNs);
        final StringBuilder text =
                new StringBuilder("read " + ByteSize.text(doneBytes) + " of " + ByteSize.text(totalBytes));
        if (doneBytes > 0 && totalBytes > 0) {
            text.append(" (").append(100 * doneBytes / totalBytes).append(" %), ");
            text.append(ByteSize.text((long) (bytesPerNs * 1e9))).append("/s, ");
            text.append(Figures.span((totalBytes - doneBytes) / bytesPerNs / 1e9))
                    .append(" left");
        }
        return text.toString();
    }
}
