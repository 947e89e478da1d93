package io.seriatim.tools.ingest;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import java.nio.charset.StandardCharsets;

/// What all readers of one run share: the log to fill, the options, and where to say what was not taken.
final class Session {
    private final Appender appender;
    private final IngestOptions options;
    private final Rejects rejects;
    private final LeftOut leftOut = new LeftOut();
    private final Progress progress;
    private Source source;
    private Input input;
    private long stamped;
    private long rounded;

    Session(Appender appender, IngestOptions options, Rejects rejects, Progress progress) {
        this.appender = appender;
        this.options = options;
        this.rejects = rejects;
        this.progress = progress;
    }

    /// Names what is read from now on.
    void begin(Source source, Input input) {
        this.source = source;
        this.input = input;
    }

    Appender appender() {
        return appender;
    }

    IngestOptions options() {
        return options;
    }

    LeftOut leftOut() {
        return leftOut;
    }

    Rejects rejects() {
        return rejects;
    }

    /// @return a series by its labels
    /// @throws IllegalArgumentException if they are none
    SeriesHandle series(byte[][] namesAndValues) {
        return appender.series(Labels.ofUtf8(namesAndValues));
    }

    /// Before the input is asked for more, which may take long: what came is logged, and the user is told. Cheap to
    /// call
    /// often.
    void progress() {
        appender.commit();
        progress.show(source, input, appender.samples());
    }

    /// A line that cannot be taken.
    void rejectLine(long line, byte[] bytes, int from, int to, String reason) {
        rejects.add(new Rejects.Reject(source.name(), line, -1, false, reason, Rejects.excerpt(bytes, from, to)));
    }

    /// A line that was not written to its end.
    void tornLine(long line, byte[] bytes, int from, int to, String reason) {
        rejects.add(new Rejects.Reject(source.name(), line, -1, true, reason, Rejects.excerpt(bytes, from, to)));
    }

    /// Bytes that cannot be taken.
    void rejectAt(long offset, String reason) {
        rejects.add(new Rejects.Reject(source.name(), 0, offset, false, reason, ""));
    }

    /// Bytes that were not written to their end.
    void tornAt(long offset, String reason) {
        rejects.add(new Rejects.Reject(source.name(), 0, offset, true, reason, ""));
    }

    /// A sample got the timestamp for those that have none.
    void countStamped() {
        stamped++;
    }

    long stamped() {
        return stamped;
    }

    /// Some timestamps or values were rounded.
    void countRounded(long more) {
        rounded += more;
    }

    long rounded() {
        return rounded;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
