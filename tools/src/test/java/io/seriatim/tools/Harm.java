package io.seriatim.tools;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Batch;
import io.seriatim.wal.Damage.Kind;
import io.seriatim.wal.Damage.Verdict;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/// Every way in which a log can be harmed, by what it looks like and what it means. The logs are the same each
/// time, but for their identities: one thread, no clock.
public enum Harm {
    NONE(null, null, Harm::closed, log -> {}),
    CHECKSUM_LOST(
            Kind.CHECKSUM,
            Verdict.LOST,
            Harm::closed,
            log -> middle(log, 0).flip(middleFrame(log, 0) + 20).save()),
    CHECKSUM_TORN(
            Kind.CHECKSUM,
            Verdict.TORN,
            Harm::killed,
            log -> tail(log, 1).otherBoot().flip(lastFrame(log, 1) + 20).save()),
    CHECKSUM_UNDETERMINED(
            Kind.CHECKSUM,
            Verdict.UNDETERMINED,
            Harm::killed,
            log -> tail(log, 1).flip(lastFrame(log, 1) + 20).save()),
    UNCOMMITTED_HARMLESS(
            Kind.UNCOMMITTED,
            Verdict.HARMLESS,
            Harm::killed,
            log -> tail(log, 0).open(lastFrame(log, 0)).save()),
    UNCOMMITTED_TORN(
            Kind.UNCOMMITTED,
            Verdict.TORN,
            Harm::killed,
            log -> tail(log, 0).otherBoot().open(lastFrame(log, 0)).save()),
    UNCOMMITTED_LOST(
            Kind.UNCOMMITTED,
            Verdict.LOST,
            Harm::closed,
            log -> middle(log, 0).open(middleFrame(log, 0)).save()),
    ZEROS_LOST(
            Kind.UNCOMMITTED,
            Verdict.LOST,
            Harm::closed,
            log -> middle(log, 0)
                    .zero(middleFrame(log, 0), (int) Files.size(segments(log, 0).get(1)))
                    .save()),
    ZEROS_UNDETERMINED(Kind.UNCOMMITTED, Verdict.UNDETERMINED, Harm::killed, log -> {
        final Surgery segment = tail(log, 0);
        final List<Integer> frames = segment.frames();
        segment.zero(
                        frames.stream().filter(at -> at <= 8192).toList().getLast(),
                        frames.stream().filter(at -> at >= 12288).toList().getFirst())
                .save();
    }),
    TRUNCATED_LOST(
            Kind.TRUNCATED, Verdict.LOST, Harm::closed, log -> middle(log, 0).save(middleFrame(log, 0) + 12)),
    TRUNCATED_TORN(Kind.TRUNCATED, Verdict.TORN, Harm::closed, log -> {
        final Surgery last = Surgery.on(segments(log, 1).getLast());
        last.save(last.end() + 100);
    }),
    TRUNCATED_UNDETERMINED(
            Kind.TRUNCATED,
            Verdict.UNDETERMINED,
            Harm::killed,
            log -> tail(log, 0).save(tail(log, 0).end())),
    MISSING_SEGMENT_LOST(
            Kind.MISSING_SEGMENT,
            Verdict.LOST,
            Harm::closed,
            log -> Files.delete(segments(log, 0).get(1))),
    MISSING_SHARD(Kind.MISSING_SEGMENT, Verdict.UNDETERMINED, Harm::closed, log -> {
        for (final Path segment : segments(log, 1)) {
            Files.delete(segment);
        }
        Files.delete(log.resolve("shard-001"));
    }),
    BAD_HEADER_INFERRED(
            Kind.BAD_HEADER,
            Verdict.UNDETERMINED,
            Harm::closed,
            log -> middle(log, 0).zero(0, 4096).save()),
    BAD_HEADER_LOST(Kind.BAD_HEADER, Verdict.LOST, Harm::closed, log -> {
        final Path segment = segments(log, 0).get(1);
        Files.writeString(segment, "not a segment any more\n".repeat(713).substring(0, (int) Files.size(segment)));
    }),
    META_LOST(Kind.BAD_HEADER, Verdict.UNDETERMINED, Harm::closed, log -> Files.delete(log.resolve("wal.meta"))),
    FOREIGN_SEGMENT(Kind.FOREIGN_SEGMENT, Verdict.UNDETERMINED, Harm::closed, log -> {
        final Path other = log.resolveSibling(log.getFileName() + "-other");
        closed(other);
        Files.copy(segments(other, 1).get(1), segments(log, 1).get(1), StandardCopyOption.REPLACE_EXISTING);
    }),
    SWAPPED_SEGMENTS(Kind.FOREIGN_SEGMENT, Verdict.UNDETERMINED, Harm::closed, log -> {
        final Path aside = log.resolve("aside");
        Files.move(segments(log, 0).get(1), aside);
        final List<Path> others = segments(log, 1);
        Files.move(others.get(1), segment(log, 0, 1));
        Files.move(aside, segment(log, 1, 1));
    }),
    NEWER_VERSION(
            Kind.NEWER_VERSION,
            Verdict.UNDETERMINED,
            Harm::closed,
            log -> Surgery.on(segments(log, 0).getLast()).version(2).save()),
    MALFORMED(Kind.MALFORMED, Verdict.UNDETERMINED, Harm::closed, log -> {
        final Surgery segment = middle(log, 0);
        final int frame = segment.frames(FrameLayout.SAMPLE).get(3);
        segment.bytes()[frame + 9] = 7;
        segment.sign(frame).save();
    }),
    UNKNOWN_TYPE(Kind.UNKNOWN_TYPE, Verdict.UNDETERMINED, Harm::closed, log -> {
        final Surgery segment = middle(log, 0);
        final int frame = segment.frames(FrameLayout.SAMPLE).get(3);
        segment.bytes()[frame + 8] = 99;
        segment.sign(frame).save();
    }),
    ORPHANED_SAMPLES(Kind.ORPHANED_SAMPLES, Verdict.LOST, Harm::closed, log -> {
        // The first series of shard 1 is defined in its first frame in each segment.
        for (final Path file : segments(log, 1)) {
            final Surgery segment = Surgery.on(file);
            final List<Integer> definitions = segment.frames(FrameLayout.SAMPLES);
            for (final int definition : definitions) {
                segment.flip(definition + 40);
            }
            segment.save();
        }
    }),
    CONFLICTING_DEFINITION(Kind.CONFLICTING_DEFINITION, Verdict.UNDETERMINED, Harm::closed, log -> {
        final Surgery segment = middle(log, 0);
        final int frame = segment.frames(FrameLayout.SAMPLES).getFirst();
        final String text = new String(segment.bytes(), StandardCharsets.ISO_8859_1);
        segment.bytes()[text.indexOf("api", frame)] = 'b';
        segment.sign(frame).save();
    });

    private static final int SERIES = 6;
    private static final int ROUNDS = 400;
    private static final long START = 1_700_000_000_000L;

    private final Kind kind;
    private final Verdict verdict;
    private final Step log;
    private final Step harm;

    Harm(Kind kind, Verdict verdict, Step log, Step harm) {
        this.kind = kind;
        this.verdict = verdict;
        this.log = log;
        this.harm = harm;
    }

    /// Does something to a directory.
    @FunctionalInterface
    interface Step {
        void on(Path log) throws IOException;
    }

    /// @return what the damage looks like, null without one
    public Kind kind() {
        return kind;
    }

    /// @return what the damage means, null without one
    public Verdict verdict() {
        return verdict;
    }

    /// Makes a log there and harms it.
    public Path make(Path directory) throws IOException {
        log.on(directory);
        harm.on(directory);
        return directory;
    }

    private static WalConfig config(Path directory, int segmentBytes) {
        return WalConfig.at(directory)
                .shards(2)
                .segmentBytes(segmentBytes)
                .flushEvery(Duration.ofDays(1))
                .flushBytes(2048)
                .backpressure(Backpressure.fail())
                .callerRuns(true);
    }

    /// Some segments in each of two shards, closed.
    static void closed(Path directory) throws IOException {
        try (MappedWal wal = MappedWal.open(config(directory, 16 * 1024))) {
            fill(wal, true);
        }
        anonymous(directory);
    }

    /// Numbers of processes differ in length.
    private static void anonymous(Path directory) throws IOException {
        Files.writeString(directory.resolve("seriatim.pid"), "pid=1\nstarted=unknown\n");
    }

    /// What a log looks like whose process died before anything was forced: a copy of one that is open.
    static void killed(Path directory) throws IOException {
        final Path live = directory.resolveSibling(directory.getFileName() + "-live");
        try (MappedWal wal = MappedWal.open(config(live, 64 * 1024))) {
            fill(wal, false);
            Logs.copy(live, directory);
        }
        anonymous(directory);
    }

    private static void fill(MappedWal wal, boolean duties) {
        final SeriesHandle[] handles = new SeriesHandle[SERIES];
        for (int i = 0; i < SERIES; i++) {
            handles[i] = wal.series(Labels.of("__name__", "up", "job", "api", "instance", "host-" + i));
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < SERIES; i++) {
                handles[i].append(START + 1000L * round, i + round / 4.0);
            }
            if (round % 10 == 0) {
                try (Batch batch = wal.batch()) {
                    for (int i = 0; i < SERIES; i++) {
                        batch.add(
                                handles[i], START + 1000L * round + 500, Double.longBitsToDouble(0x7ff0000000000002L));
                    }
                    batch.commit();
                }
                wal.appendRecord(round / 10 % 2, 7, new byte[] {1, 2, 3, (byte) round}, 0, 4);
            }
            while (duties && wal.doWork() > 0) {
                // Until everything is as far as it gets.
            }
        }
    }

    private static List<Path> segments(Path log, int shard) throws IOException {
        return Logs.segments(log, shard);
    }

    private static Path segment(Path log, int shard, int sequence) {
        return log.resolve("shard-%03d/%016x.seg".formatted(shard, sequence));
    }

    private static Surgery middle(Path log, int shard) throws IOException {
        return Surgery.on(segments(log, shard).get(1));
    }

    private static Surgery tail(Path log, int shard) throws IOException {
        return Surgery.on(segments(log, shard).getFirst());
    }

    private static int middleFrame(Path log, int shard) throws IOException {
        final List<Integer> samples = middle(log, shard).frames(FrameLayout.SAMPLE);
        return samples.get(samples.size() / 2);
    }

    private static int lastFrame(Path log, int shard) throws IOException {
        return tail(log, shard).frames().getLast();
    }
}
