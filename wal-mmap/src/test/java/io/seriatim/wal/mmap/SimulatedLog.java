package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What tests on a [SimulatedStorage] have in common.
final class SimulatedLog {
    static final Path DIRECTORY = CrashOracle.LOG;
    static final Path SHARD = LogFiles.shard(DIRECTORY, 0);
    static final Labels UP = Labels.of("__name__", "up");

    private SimulatedLog() {}

    /// What a replay gave: the timestamps of samples and the kinds of records, in their order.
    record Replayed(ReplayReport report, List<Long> numbers) {
        ReplayReport.State state() {
            return report.state();
        }
    }

    /// The shortest segments, the caller's thread, and no force by the clock.
    static WalConfig config() {
        return WalConfig.at(DIRECTORY)
                .segmentBytes(8192)
                .flushEvery(Duration.ofHours(1))
                .callerRuns(true);
    }

    static Replayed replay(Storage storage) {
        final List<Long> numbers = new ArrayList<>();
        return new Replayed(MappedWal.replay(storage, DIRECTORY, ReplayOptions.defaults(), numbers(numbers)), numbers);
    }

    /// @return a handler that collects the timestamps of samples and the kinds of records
    static ReplayHandler numbers(List<Long> numbers) {
        return new ReplayHandler() {
            @Override
            public void onSamples(Labels series, Samples samples) {
                for (int i = 0; i < samples.count(); i++) {
                    numbers.add(samples.timestamp(i));
                }
            }

            @Override
            public void onRecord(OpaqueRecord record) {
                numbers.add((long) record.kind());
            }
        };
    }

    /// Appends samples with the timestamps `[from, to)`.
    static void append(MappedWal wal, long from, long to) {
        for (long timestamp = from; timestamp < to; timestamp++) {
            wal.series(UP).append(timestamp, timestamp);
        }
    }

    static long appendRecord(MappedWal wal, int kind, int length) {
        return wal.appendRecord(0, kind, CrashOracle.payload(kind, length), 0, length);
    }

    /// Runs the duty cycle until the spares are there.
    static void prepareSpares(MappedWal wal) {
        for (int idle = 0; idle < 3; ) {
            idle = wal.doWork() == 0 ? idle + 1 : 0;
        }
    }

    static List<Long> range(long from, long to) {
        final List<Long> range = new ArrayList<>();
        for (long number = from; number < to; number++) {
            range.add(number);
        }
        return range;
    }
}
