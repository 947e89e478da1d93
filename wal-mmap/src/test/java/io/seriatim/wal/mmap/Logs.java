package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Small logs for tests: how to make one, look at its files, leave it as a kill would, and read it back as text.
final class Logs {
    static final int SEGMENT_BYTES = 8 * 1024;
    static final Labels CPU = Labels.of("__name__", "cpu", "mode", "user");
    static final Labels DISK = Labels.of("__name__", "disk", "device", "sda");

    private Logs() {}

    /// One shard, the smallest segments, and nothing forced or marked unless the test says so: [MappedWal#flush()],
    /// [MappedWal#doWork()].
    static WalConfig config(Path directory) {
        return WalConfig.at(directory)
                .segmentBytes(SEGMENT_BYTES)
                .flushEvery(Duration.ofDays(1))
                .callerRuns(true);
    }

    /// Two batches, of which only the first is asserted durable, and nothing behind them: as a killed process
    /// leaves it. The log stays open.
    ///
    /// @return the position up to which the log asserts durability
    static long fillAndAssert(MappedWal wal, int count) {
        appendRange(wal, 0, count);
        flush(wal);
        appendRange(wal, count, count + 1);
        final long asserted = Lsn.position(wal.durable(0));
        flush(wal); // its mark asserts what was durable before
        return asserted;
    }

    static void appendRange(MappedWal wal, int from, int to) {
        for (int i = from; i < to; i++) {
            wal.series(CPU).append(i, i);
        }
    }

    static void flush(MappedWal wal) {
        try {
            wal.flush();
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /// A copy of a directory as it is: what a process leaves that is killed now.
    static Path copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : (Iterable<Path>) files::iterator) {
                final Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
            return to;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return every file below a directory, and a hash of its bytes, but for those that say who has it open
    static Map<String, Integer> content(Path directory) {
        final Map<String, Integer> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                final String name = directory.relativize(file).toString();
                if (!name.equals(LogFiles.LOCK) && !name.equals(LogFiles.PID) && !name.equals(LogFiles.COUNTERS)) {
                    content.put(name, Arrays.hashCode(Files.readAllBytes(file)));
                }
            }
            return content;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return a shard's segment files, oldest first
    static List<Path> segments(Path directory, int shard) {
        try (Stream<Path> files = Files.list(LogFiles.shard(directory, shard))) {
            return files.filter(file -> LogFiles.sequence(file.getFileName().toString()) >= 0)
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Replayed replay(Path directory) {
        return replay(FileStorage.INSTANCE, directory, ReplayOptions.defaults());
    }

    static Replayed replay(Path directory, ReplayOptions options) {
        return replay(FileStorage.INSTANCE, directory, options);
    }

    /// @return what a machine finds that has been restarted since
    static Replayed replayAfterReboot(Path directory) {
        return replay(OtherBoot.storage(), directory, ReplayOptions.defaults());
    }

    static Replayed replay(Storage storage, Path directory, ReplayOptions options) {
        final Texts texts = new Texts();
        final ReplayReport report = MappedWal.replay(storage, directory, options, texts);
        return new Replayed(report, texts.records, texts.orphans);
    }

    /// @return the texts of samples `[from, to)` as [#appendRange] writes them
    static List<String> range(int from, int to) {
        final List<String> texts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            texts.add(text(CPU, i, Double.doubleToRawLongBits(i)));
        }
        return texts;
    }

    static String text(Labels labels, long timestamp, long valueBits) {
        return labels + " " + timestamp + " " + Long.toHexString(valueBits);
    }

    /// What a replay gave.
    ///
    /// @param records one text for each sample, named series and opaque record, in order
    /// @param orphans the same for samples without labels
    record Replayed(ReplayReport report, List<String> records, List<String> orphans) {
        List<Damage> damages() {
            return report.damages();
        }

        ReplayReport.State state() {
            return report.state();
        }

        List<Damage.Verdict> verdicts() {
            return report.damages().stream().map(Damage::verdict).toList();
        }

        List<Damage.Kind> kinds() {
            return report.damages().stream().map(Damage::kind).toList();
        }
    }

    /// Writes down everything that it is told. Any thread.
    static final class Texts implements ReplayHandler {
        final List<String> records = Collections.synchronizedList(new ArrayList<>());
        final List<String> orphans = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onSamples(Labels series, Samples samples) {
            if (samples.count() == 0) {
                records.add(series + " -");
            }
            for (int i = 0; i < samples.count(); i++) {
                records.add(text(series, samples.timestamp(i), samples.valueBits(i)));
            }
        }

        @Override
        public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
            records.add(series + " " + timestamp + " " + histogram + " " + histogram.hashCode());
        }

        @Override
        public void onExemplar(Labels series, Exemplar exemplar) {
            records.add(series + " " + exemplar);
        }

        @Override
        public void onMetadata(Labels series, Metadata metadata) {
            records.add(series + " " + metadata);
        }

        @Override
        public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
            orphans.add(ref + " " + detail.kind() + " " + HexFormat.of().formatHex(detail.toByteArray()));
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            records.add("record " + record.kind() + " " + HexFormat.of().formatHex(record.toByteArray()));
        }

        @Override
        public void onOrphan(long epochId, int ref, Samples samples) {
            for (int i = 0; i < samples.count(); i++) {
                orphans.add(ref + " " + samples.timestamp(i) + " " + Long.toHexString(samples.valueBits(i)));
            }
        }
    }
}
