package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.DetailDecoder;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SamplesDecoder;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import java.io.IOException;
import java.util.Objects;

/// Understands the frames of one shard and hands their content on. Not thread-safe; allocates nothing per record
/// once it has seen the longest.
///
/// A frame is handed on whole or not at all: every group of it is decoded and every definition in it is understood
/// before the handler hears of the first.
final class FrameReader {
    private final int shard;
    private final long from;
    private final long until;
    private final boolean everything;
    private final Findings findings;
    private final ShardTotals totals;
    private final OrphanResolver resolver;
    private final Dictionary dictionary;
    private final SamplesDecoder decoder = new SamplesDecoder();
    private final DetailDecoder details = new DetailDecoder();
    private final RecordView recordView = new RecordView();

    private ReplayHandler handler;
    private SegmentFile segment;
    private int orphansFrom = -1;
    private int orphansTo;
    private long orphanRecords;
    private long orphanSamples;

    FrameReader(
            int shard,
            ReplayHandler handler,
            long from,
            long until,
            Findings findings,
            ShardTotals totals,
            OrphanResolver resolver) {
        this.shard = shard;
        this.handler = handler;
        this.from = from;
        this.until = until;
        this.everything = from == Long.MIN_VALUE && until == Long.MAX_VALUE;
        this.findings = findings;
        this.totals = totals;
        this.resolver = resolver;
        this.dictionary = new Dictionary(resolver.memory());
    }

    /// Hands on to another handler from now on.
    void handler(ReplayHandler handler) {
        this.handler = handler;
    }

    /// Turns to a segment.
    void begin(SegmentFile segment) throws IOException {
        this.segment = segment;
        dictionary.segment(segment.header().epochId());
    }

    /// Turns back to the segment before, or to the one after again, with the same definitions.
    void turn(SegmentFile segment) {
        this.segment = segment;
    }

    /// Ends a segment.
    void end() {
        if (orphansFrom >= 0) {
            findings.orphans(segment, orphansFrom, orphansTo, orphanRecords, orphanSamples);
            orphansFrom = -1;
            orphanRecords = 0;
            orphanSamples = 0;
        }
    }

    /// After the last segment: gives back what the labels took.
    void close() throws IOException {
        dictionary.clear();
        resolver.close();
    }

    /// Takes the scanner's current frame.
    ///
    /// @param deliver false to learn definitions and assertions from it only
    void frame(FrameScanner scanner, boolean deliver) throws IOException {
        final int type = scanner.type();
        totals.bytes += FrameLayout.align(scanner.length());
        totals.end = scanner.endPosition();
        totals.closed = false;
        if (type != FrameLayout.VERDICT) {
            totals.uses(segment.header());
        }
        if (type == FrameLayout.PAD) {
            return;
        }
        final int index = scanner.frameIndex();
        final byte[] bytes = scanner.bytes();
        final int length = scanner.length();
        try {
            switch (type) {
                case FrameLayout.SAMPLE -> {
                    decoder.sampleFrame(bytes, index, length, lsn(scanner));
                    decoder.next();
                    if (deliver && group(scanner, false)) {
                        totals.records++;
                    }
                }
                case FrameLayout.SAMPLES -> samples(scanner, bytes, index, length, deliver);
                case FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR, FrameLayout.METADATA ->
                    detail(scanner, bytes, index, deliver);
                case FrameLayout.RECORD -> {
                    if (deliver && everything) {
                        totals.records++;
                        final int kind = Bytes.getInt(bytes, index + FrameLayout.WORD_OFFSET);
                        handler.onRecord(recordView.of(kind, bytes, index, length, lsn(scanner)));
                    }
                }
                case FrameLayout.MARK -> {
                    Mark.check(bytes, index, length);
                    final long durable = Mark.durable(bytes, index);
                    if (durable > scanner.position()) {
                        throw new MalformedFrameException("mark asserts what lies behind it: durable=" + durable);
                    }
                    findings.asserted(segment.header().epochId(), durable);
                    findings.committed(segment.header().epochId(), Mark.to(bytes, index));
                    totals.closed = (Mark.flags(bytes, index) & Mark.CLOSE) != 0;
                }
                case FrameLayout.VERDICT -> {
                    final Verdict verdict = Verdict.decode(bytes, index, length);
                    if (scanner.offset() != SegmentHeader.HEADER_BYTES) {
                        throw new MalformedFrameException("verdict that is not the first frame: " + verdict);
                    }
                    if (verdict.end() > scanner.position()) {
                        throw new MalformedFrameException("verdict on what lies behind it: " + verdict);
                    }
                    findings.verdict(verdict);
                }
                default ->
                    findings.gap(
                            segment, scanner.offset(), length, Damage.Kind.UNKNOWN_TYPE, "type=" + type + ", skipped");
            }
        } catch (MalformedFrameException failure) {
            findings.gap(segment, scanner.offset(), length, Damage.Kind.MALFORMED, failure.getMessage());
        }
    }

    private void samples(FrameScanner scanner, byte[] bytes, int index, int length, boolean deliver)
            throws MalformedFrameException, IOException {
        final long lsn = lsn(scanner);
        decoder.samplesFrame(bytes, index, length, lsn);
        decoder.next();
        final boolean oneGroup = decoder.isLast();
        if (oneGroup) {
            if (!define(scanner, bytes)) {
                return;
            }
            final boolean more = decoder.next(); // checks the totals; the group stays as it is
            assert !more;
        } else {
            do {
                if (!define(scanner, bytes)) {
                    return;
                }
            } while (decoder.next());
            decoder.samplesFrame(bytes, index, length, lsn);
            decoder.next();
        }
        if (!deliver) {
            return;
        }
        boolean any = false;
        do {
            any |= group(scanner, true);
        } while (!oneGroup && decoder.next());
        totals.records += any ? 1 : 0;
    }

    private boolean define(FrameScanner scanner, byte[] bytes) throws MalformedFrameException, IOException {
        if (decoder.labelsLength() == 0) {
            return true;
        }
        totals.definitions++;
        return define(scanner, decoder.ref(), bytes, decoder.labelsOffset(), decoder.labelsLength());
    }

    private boolean define(FrameScanner scanner, int ref, byte[] bytes, int offset, int length)
            throws MalformedFrameException, IOException {
        try {
            if (dictionary.define(ref, bytes, offset, length)) {
                return true;
            }
        } catch (IllegalArgumentException failure) {
            throw new MalformedFrameException("bad labels: ref=" + ref + " " + failure.getMessage());
        }
        findings.gap(
                segment,
                scanner.offset(),
                scanner.length(),
                Damage.Kind.CONFLICTING_DEFINITION,
                "ref=" + ref + " stands for other labels already");
        return false;
    }

    private void detail(FrameScanner scanner, byte[] bytes, int index, boolean deliver)
            throws MalformedFrameException, IOException {
        details.frame(scanner.type(), bytes, index, scanner.length());
        final int ref = details.ref();
        if (details.labelsLength() > 0
                && !define(scanner, ref, bytes, details.labelsOffset(), details.labelsLength())) {
            return;
        }
        final long timestamp = details.timestamp();
        final boolean wanted = scanner.type() == FrameLayout.METADATA || timestamp >= from && timestamp <= until;
        if (!deliver || !wanted) {
            return;
        }
        final Labels labels = labels(ref);
        if (labels == null) {
            orphan(scanner, 0);
            handler.onOrphanDetail(
                    segment.header().epochId(),
                    ref,
                    recordView.of(scanner.type(), bytes, index, scanner.length(), lsn(scanner)));
            return;
        }
        totals.records++;
        final long lsn = lsn(scanner);
        switch (scanner.type()) {
            case FrameLayout.HISTOGRAM -> handler.onHistogram(labels, timestamp, details.histogram(), lsn);
            case FrameLayout.EXEMPLAR ->
                handler.onExemplar(labels, new Exemplar(timestamp, details.valueBits(), details.own(), lsn));
            default -> handler.onMetadata(labels, new Metadata(timestamp, details.own(), lsn));
        }
    }

    private Labels labels(int ref) throws IOException {
        final Labels labels = dictionary.get(ref);
        return labels != null ? labels : resolver.resolve(segment.header().epochId(), ref);
    }

    /// @return false if nothing was handed on under its labels
    private boolean group(FrameScanner scanner, boolean mayBeEmpty) throws IOException {
        final int ref = decoder.ref();
        final Labels labels = labels(ref);
        final int before = decoder.count();
        if (!everything) {
            decoder.retain(from, until);
            if (decoder.count() == 0 && !(mayBeEmpty && before == 0)) {
                return false;
            }
        }
        if (labels == null) {
            orphan(scanner, decoder.count());
            totals.orphans += decoder.count();
            handler.onOrphan(segment.header().epochId(), ref, decoder);
            return false;
        }
        totals.delivered(decoder);
        handler.onSamples(labels, decoder);
        return true;
    }

    private void orphan(FrameScanner scanner, int samples) {
        if (orphansFrom < 0) {
            orphansFrom = scanner.offset();
        }
        orphansTo = scanner.offset() + FrameLayout.align(scanner.length());
        orphanRecords++;
        orphanSamples += samples;
    }

    private long lsn(FrameScanner scanner) {
        return Lsn.of(shard, scanner.endPosition() & Lsn.POSITION_LIMIT - 1);
    }

    /// The payload of the current frame.
    private static final class RecordView implements OpaqueRecord {
        private byte[] source;
        private int at;
        private int kind;
        private int length;
        private long lsn;

        RecordView of(int kind, byte[] source, int index, int frameLength, long lsn) {
            this.kind = kind;
            this.source = source;
            this.at = index + FrameLayout.PAYLOAD_OFFSET;
            this.length = frameLength - FrameLayout.PAYLOAD_OFFSET;
            this.lsn = lsn;
            return this;
        }

        @Override
        public int kind() {
            return kind;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void copyTo(int offset, byte[] target, int at, int count) {
            Objects.checkFromIndexSize(offset, count, length);
            System.arraycopy(source, this.at + offset, target, at, count);
        }

        @Override
        public byte[] array() {
            return source;
        }

        @Override
        public int arrayOffset() {
            return at;
        }

        @Override
        public long lsn() {
            return lsn;
        }
    }
}
