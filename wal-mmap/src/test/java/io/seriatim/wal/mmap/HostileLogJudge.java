package io.seriatim.wal.mmap;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads a hostile log in every way there is and checks what holds whatever its bytes are:
///
/// 1. only declared exceptions, with the same answer each time;
/// 2. nothing is handed on but what stands in a frame with a right checksum, in its place; the opaque records
///    before the first bad byte of each segment are;
/// 3. PREFIX gives a part of what SALVAGE gives, in the same order; STRICT refuses exactly what SALVAGE does
///    not call sound; threads change nothing; a tailer gives nothing else;
/// 4. memory is bounded by the bytes that are there;
/// 5. a report is one line a damage;
/// 6. whoever opens the log finds again what he appends, and what had been readable still is.
///
/// Time is watched by who calls.
final class HostileLogJudge implements ReplayHandler {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long FIXED_BYTES = 8 << 20;
    private static final long BYTES_PER_BYTE = 300;
    private static final ReplayOptions SALVAGE = ReplayOptions.defaults().memoryBytes(256 << 10);

    private final HostileLog log;
    private final Map<Long, List<HostileLog.Signed>> signed;
    private final boolean knowsFrames;
    private List<Long> lsns = new ArrayList<>();

    private HostileLogJudge(HostileLog log, boolean knowsFrames) {
        this.log = log;
        this.knowsFrames = knowsFrames;
        this.signed = knowsFrames ? log.signed() : Map.of();
    }

    /// @param knowsFrames false if the frames are not the log's own to know
    static void judge(HostileLog log, boolean knowsFrames) {
        new HostileLogJudge(log, knowsFrames).run();
    }

    @Override
    public synchronized void onSamples(Labels series, Samples samples) {
        lsns.add(samples.lsn());
        samples(samples);
        check(series.count() > 0 && !series.toString().isEmpty(), "no labels");
    }

    private void samples(Samples samples) {
        final HostileLog.Signed frame = frame(samples.lsn(), FrameLayout.SAMPLE, FrameLayout.SAMPLES);
        if (frame != null && frame.type() == FrameLayout.SAMPLE) {
            check(
                    samples.count() == 1
                            && samples.timestamp(0) == Bytes.getLong(frame.source(), frame.at() + 16)
                            && samples.valueBits(0) == Bytes.getLong(frame.source(), frame.at() + 24),
                    "another sample than was written");
        }
        long sum = 0;
        for (int i = 0; i < samples.count(); i++) {
            sum += samples.timestamp(i) ^ samples.valueBits(i);
        }
        check(samples.count() >= 0 | sum == 0, "count");
    }

    @Override
    public synchronized void onRecord(OpaqueRecord record) {
        lsns.add(record.lsn());
        final byte[] bytes = record.toByteArray();
        final HostileLog.Signed frame = frame(record.lsn(), FrameLayout.RECORD, FrameLayout.RECORD);
        if (frame != null) {
            final int from = frame.at() + FrameLayout.RECORD_BYTES_OFFSET;
            check(
                    record.kind() == Bytes.getInt(frame.source(), frame.at() + FrameLayout.WORD_OFFSET)
                            && Arrays.equals(bytes, 0, bytes.length, frame.source(), from, from + bytes.length),
                    "another record than was written");
        }
    }

    @Override
    public synchronized void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        detail(FrameLayout.HISTOGRAM, timestamp, lsn);
        check(!series.toString().isEmpty() && !histogram.toString().isEmpty(), "no labels, or no histogram");
    }

    @Override
    public synchronized void onExemplar(Labels series, Exemplar exemplar) {
        detail(FrameLayout.EXEMPLAR, exemplar.timestamp(), exemplar.lsn());
    }

    @Override
    public synchronized void onMetadata(Labels series, Metadata metadata) {
        detail(FrameLayout.METADATA, metadata.timestamp(), metadata.lsn());
        check(metadata.attributes().count() > 0, "no metadata");
    }

    private void detail(int type, long timestamp, long lsn) {
        lsns.add(lsn);
        final HostileLog.Signed frame = frame(lsn, type, type);
        check(
                frame == null || timestamp == Bytes.getLong(frame.source(), frame.at() + 16),
                "another detail than was written");
    }

    @Override
    public synchronized void onOrphan(long epochId, int ref, Samples samples) {
        samples(samples);
    }

    private HostileLog.Signed frame(long lsn, int type, int orType) {
        if (!knowsFrames) {
            return null;
        }
        final List<HostileLog.Signed> frames = signed.getOrDefault(lsn, List.of());
        final List<HostileLog.Signed> right = frames.stream()
                .filter(frame -> frame.type() == type || frame.type() == orType)
                .toList();
        check(!right.isEmpty(), "no frame with a right checksum ends at " + Lsn.toString(lsn) + ": " + frames);
        return right.size() == 1 ? right.getFirst() : null;
    }

    private void run() {
        final ReplayReport salvaged;
        try {
            salvaged = replay(SALVAGE);
        } catch (NotALogException | UnsupportedFormatException _) {
            return;
        }
        final List<Long> all = lsns;
        final long before = THREADS.getCurrentThreadAllocatedBytes(); // now that every class is loaded
        check(replay(SALVAGE).equals(salvaged) && lsns.equals(all), "another answer the second time");
        final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        check(allocated < FIXED_BYTES + BYTES_PER_BYTE * log.bytes(), "allocated=" + allocated + " of=" + log.bytes());
        report(salvaged);
        final Set<Long> must = log.prefixRecords();
        if (must != null) {
            must.removeAll(new HashSet<>(all));
            check(must.isEmpty(), "records before the first bad byte are missing: ends=" + must);
        }
        otherPolicies(salvaged, all);
        tail(all);
        // The slow ones, for some; which, the input says.
        if ((log.hash() & 3) == 0) {
            threads(salvaged, all);
        }
        if ((log.hash() & 12) == 0) {
            open(all);
        }
    }

    private ReplayReport replay(ReplayOptions options) {
        lsns = new ArrayList<>();
        return MappedWal.replay(log.storage, HostileLog.DIRECTORY, options, this);
    }

    private static void report(ReplayReport report) {
        for (final Damage damage : report.damages()) {
            check(damage.detail().chars().noneMatch(Character::isISOControl), "control characters: " + damage);
            check(damage.length() >= 0 && damage.offset() >= 0 && damage.maxRecords() >= 0, damage);
        }
    }

    private void otherPolicies(ReplayReport salvaged, List<Long> all) {
        final ReplayReport prefix = replay(SALVAGE.policy(ReplayPolicy.PREFIX));
        check(isPart(lsns, all), "PREFIX gives what SALVAGE does not: " + lsns + " of " + all);
        check(named(prefix).equals(named(salvaged)), "PREFIX reports otherwise");
        try {
            replay(SALVAGE.policy(ReplayPolicy.STRICT));
            check(salvaged.state() == ReplayReport.State.SOUND, "STRICT let it pass: " + salvaged.damages());
            check(lsns.equals(all), "STRICT gives other records");
        } catch (DamagedLogException _) {
            check(salvaged.state() != ReplayReport.State.SOUND, "STRICT refused a sound log");
        }
        replay(SALVAGE.between(0, 1000));
        check(isPart(lsns, all), "a range of time gives what everything does not");
    }

    private void threads(ReplayReport salvaged, List<Long> all) {
        final ReplayReport parallel = replay(SALVAGE.threads(3));
        for (int shard = 0; shard < 4; shard++) {
            check(of(shard, lsns).equals(of(shard, all)), "threads change what is read");
        }
        check(parallel.damages().equals(salvaged.damages()), "threads change the report");
    }

    private void tail(List<Long> all) {
        lsns = new ArrayList<>();
        try (WalTailer tailer = new WalTailer(log.storage, HostileLog.DIRECTORY, Checkpoint.of(), false, false)) {
            for (int i = 0; i < 20 && tailer.poll(this) > 0; i++) {
                check(tailer.skippedBytes() >= 0, "skipped=" + tailer.skippedBytes());
            }
            tailer.position();
        }
        check(new HashSet<>(all).containsAll(lsns), "a tailer gives what replay does not: " + lsns + " of " + all);
    }

    /// Last: it changes the log.
    private void open(List<Long> all) {
        try (MappedWal wal = MappedWal.open(
                Logs.config(HostileLog.DIRECTORY).backpressure(Backpressure.fail()), log.storage, null)) {
            Logs.appendRange(wal, 1, 4);
        } catch (UnsupportedFormatException | WalIoException | WalFullException _) {
            return;
        } catch (WalException unexpected) {
            throw new AssertionError("opening", unexpected);
        }
        final Logs.Texts texts = new Logs.Texts();
        MappedWal.replay(log.storage, HostileLog.DIRECTORY, SALVAGE, texts);
        check(texts.records.containsAll(Logs.range(1, 4)), "what was appended after is gone");
        check(texts.records.size() >= all.size(), "opening took records away");
    }

    /// Orphans are found when samples are handed on, which PREFIX does for some only.
    private static List<Damage> named(ReplayReport report) {
        return report.damages().stream()
                .filter(damage -> damage.kind() != Damage.Kind.ORPHANED_SAMPLES)
                .toList();
    }

    private static List<Long> of(int shard, List<Long> lsns) {
        return lsns.stream().filter(lsn -> Lsn.shard(lsn) == shard).toList();
    }

    private static boolean isPart(List<Long> part, List<Long> all) {
        int next = 0;
        for (final long lsn : all) {
            next += next < part.size() && part.get(next) == lsn ? 1 : 0;
        }
        return next == part.size();
    }

    private static void check(boolean holds, Object what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
