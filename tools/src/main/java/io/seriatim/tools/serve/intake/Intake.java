package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Wal;

/// Takes in messages of metrics protocols. One for each thread, all over one [Wal]. Not thread-safe.
///
/// A message that is broken in its structure is refused before anything of it is logged. Of one that is sound,
/// what cannot be kept is counted and the rest is logged.
public final class Intake {
    private final Session session;
    private final OtlpReader otlp;
    private final OtlpJson json;
    private final RemoteWrite1 remoteWrite1;
    private final RemoteWrite2 remoteWrite2;

    /// @param wal    where to log; stays open when this is done with
    /// @param limits what to take at most
    public Intake(Wal wal, IntakeLimits limits) {
        this.session = new Session(wal, limits);
        this.otlp = new OtlpReader(session);
        this.json = new OtlpJson();
        this.remoteWrite1 = new RemoteWrite1(session);
        this.remoteWrite2 = new RemoteWrite2(session);
    }

    /// Takes in an OTLP `ExportMetricsServiceRequest`, protobuf.
    ///
    /// @param outcome cleared first; tells what became of the message
    /// @throws BadMessageException           if the message cannot be read; nothing was logged
    /// @throws io.seriatim.wal.WalException as the log throws; a part of the message may have been logged
    public void otlp(byte[] message, int offset, int length, Outcome outcome) throws BadMessageException {
        session.begin(outcome);
        try {
            otlp.take(message, offset, length);
            session.commit();
        } finally {
            session.end();
            otlp.release();
        }
    }

    /// Takes in the same as OTLP JSON: see [#otlp].
    public void otlpJson(byte[] message, int offset, int length, Outcome outcome) throws BadMessageException {
        session.begin(outcome);
        try {
            final Buffer protobuf = json.translate(message, offset, length);
            takeTranslated(protobuf);
            session.commit();
        } finally {
            session.end();
            otlp.release();
            json.shrink();
        }
    }

    private void takeTranslated(Buffer protobuf) throws BadMessageException {
        try {
            otlp.take(protobuf.bytes(), 0, protobuf.length());
        } catch (BadMessageException refusal) {
            throw new BadMessageException("translated to protobuf: " + refusal.getMessage());
        }
    }

    /// Takes in a `prometheus.WriteRequest`: see [#otlp].
    public void remoteWrite1(byte[] message, int offset, int length, Outcome outcome) throws BadMessageException {
        session.begin(outcome);
        try {
            remoteWrite1.take(message, offset, length);
            session.commit();
        } finally {
            session.end();
            remoteWrite1.release();
        }
    }

    /// Takes in an `io.prometheus.write.v2.Request`: see [#otlp].
    public void remoteWrite2(byte[] message, int offset, int length, Outcome outcome) throws BadMessageException {
        session.begin(outcome);
        try {
            remoteWrite2.take(message, offset, length);
            session.commit();
        } finally {
            session.end();
            remoteWrite2.release();
        }
    }
}
