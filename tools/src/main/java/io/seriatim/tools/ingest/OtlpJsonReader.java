package io.seriatim.tools.ingest;

import io.seriatim.tools.serve.intake.BadMessageException;
import io.seriatim.tools.serve.intake.Intake;
import io.seriatim.tools.serve.intake.Outcome;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Reads OTLP as JSON: messages one after the other, each an `ExportMetricsServiceRequest`, on one line as the
/// collector's file exporter writes them, or on many. What becomes of each field is in `SERVE-MAPPING.md`; it is the
/// same
/// as over the network.
///
/// A message ends where its braces do. What is between two messages and no white space is refused up to the next brace.
final class OtlpJsonReader implements Reader {
    private static final int LONGEST = 128 * 1024 * 1024;
    private static final int READ_BYTES = 128 * 1024;

    private final Session session;
    private final Intake intake;
    private final Outcome outcome = new Outcome();
    private final boolean cuts;
    private byte[] buffer = new byte[READ_BYTES];
    private int length;
    private long bufferAt;
    private int at;
    private int begin;
    private int depth;
    private boolean text;
    private boolean escaped;
    private boolean nonsense;

    OtlpJsonReader(Session session) {
        this.session = session;
        this.intake = session.appender().intake();
        this.cuts = session.options().logUnit() != TimeUnit.NANOSECONDS;
    }

    @Override
    public long read(Input input, Source source) throws IOException {
        if (cuts && !session.options().round()) {
            session.rejectAt(0, "OTLP has nanoseconds, which this log would cut (--unit ns for a new log, or --round)");
            return 0;
        }
        length = 0;
        bufferAt = 0;
        at = 0;
        startMessage();
        long messages = 0;
        while (true) {
            session.progress();
            if (buffer.length - length < READ_BYTES) {
                buffer = Arrays.copyOf(buffer, 2 * buffer.length);
            }
            final int read = input.read(buffer, length, READ_BYTES);
            if (read < 0) {
                break;
            }
            length += read;
            messages += messages();
            if (length - begin > LONGEST) {
                session.rejectAt(
                        bufferAt + begin, "message is longer than " + LONGEST + " bytes; the rest is not read");
                return messages;
            }
            drop();
        }
        if (depth > 0) {
            session.tornAt(bufferAt + begin, "message is not written to its end");
        }
        return messages;
    }

    private void startMessage() {
        begin = at;
        depth = 0;
        text = false;
        escaped = false;
        nonsense = false;
    }

    /// Takes the messages that are there to their ends.
    private long messages() {
        long messages = 0;
        for (; at < length; at++) {
            final byte next = buffer[at];
            if (depth == 0) {
                outside(next);
            } else if (text) {
                text = escaped || next != '"';
                escaped = !escaped && next == '\\';
            } else if (next == '"') {
                text = true;
            } else if (next == '{') {
                depth++;
            } else if (next == '}' && --depth == 0) {
                take(at + 1);
                messages++;
                at++;
                startMessage();
                at--;
            }
        }
        return messages;
    }

    private void outside(byte next) {
        if (next == '{') {
            begin = at;
            depth = 1;
            nonsense = false;
        } else if (next > ' ' && !nonsense) {
            nonsense = true;
            session.rejectAt(bufferAt + at, "no JSON object");
        }
    }

    private void take(int end) {
        try {
            intake.otlpJson(buffer, begin, end - begin, outcome);
            session.appender().counted(outcome.samples());
            session.countRounded(cuts ? outcome.samples() : 0);
            if (outcome.rejected() > 0) {
                session.rejectAt(
                        bufferAt + begin, outcome.rejected() + " points of the message: " + outcome.firstRejection());
            }
        } catch (BadMessageException refusal) {
            session.rejectAt(bufferAt + begin, refusal.getMessage());
        }
    }

    /// Gives up what has been dealt with.
    private void drop() {
        final int done = depth > 0 ? begin : at;
        System.arraycopy(buffer, done, buffer, 0, length - done);
        length -= done;
        bufferAt += done;
        at -= done;
        begin = 0;
    }
}
