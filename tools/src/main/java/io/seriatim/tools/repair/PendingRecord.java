package io.seriatim.tools.repair;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Samples;
import io.seriatim.wal.TimeSeries;
import java.util.Arrays;

/// What was appended together, in the groups in which a replay hands it over: one for each run of samples of
/// one series. Not thread-safe; reused.
final class PendingRecord {
    private Labels[] labels = new Labels[16];
    private int[] ends = new int[16];
    private int groups;
    private long[] timestamps = new long[256];
    private long[] values = new long[256];
    private int samples;
    private long lsn = -1;

    /// @return whether samples belong to what is here
    boolean takes(Samples read) {
        return groups == 0 || lsn == read.lsn();
    }

    void add(Labels series, Samples read) {
        final int count = read.count();
        if (groups == labels.length) {
            labels = Arrays.copyOf(labels, 2 * groups);
            ends = Arrays.copyOf(ends, 2 * groups);
        }
        if (samples + count > timestamps.length) {
            timestamps = Arrays.copyOf(timestamps, Math.max(samples + count, 2 * samples));
            values = Arrays.copyOf(values, timestamps.length);
        }
        for (int i = 0; i < count; i++) {
            timestamps[samples] = read.timestamp(i);
            values[samples++] = read.valueBits(i);
        }
        lsn = read.lsn();
        labels[groups] = series;
        ends[groups++] = samples;
    }

    void clear() {
        Arrays.fill(labels, 0, groups, null);
        groups = 0;
        samples = 0;
    }

    int groups() {
        return groups;
    }

    Labels labels(int group) {
        return labels[group];
    }

    int from(int group) {
        return group == 0 ? 0 : ends[group - 1];
    }

    int to(int group) {
        return ends[group];
    }

    long[] timestamps() {
        return timestamps;
    }

    long[] values() {
        return values;
    }

    /// A batch joins neighbouring samples of one series in a group, and cannot name a series without samples: a
    /// record that would come out in other groups is none that a batch can make again.
    ///
    /// @param shards of the new log, where a batch's neighbours are those of one shard
    boolean isBatch(int shards) {
        final Labels[] last = new Labels[shards];
        for (int group = 0; group < groups; group++) {
            final int shard = Digest.shard(labels[group], shards);
            if (from(group) == to(group) || labels[group].equals(last[shard])) {
                return false;
            }
            last[shard] = labels[group];
        }
        return groups > 1;
    }

    TimeSeries series(int group) {
        return new TimeSeries() {
            @Override
            public Labels labels() {
                return labels[group];
            }

            @Override
            public int count() {
                return to(group) - from(group);
            }

            @Override
            public long timestamp(int index) {
                return timestamps[from(group) + index];
            }

            @Override
            public double value(int index) {
                return Double.longBitsToDouble(values[from(group) + index]);
            }
        };
    }
}
