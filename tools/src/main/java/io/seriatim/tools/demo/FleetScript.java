package io.seriatim.tools.demo;

import io.seriatim.wal.Labels;

/// Simulated hosts. Every sample follows from (seed, round, producer, series, number), so child and parent know it
/// without telling each other. One value in 64 is one that logs get wrong: NaN payloads, infinities, -0.0, any bits.
final class FleetScript implements Script {
    private static final String[] METRICS = {
        "host_cpu_percent",
        "host_memory_used_percent",
        "host_load1",
        "host_disk_read_seconds",
        "host_disk_write_seconds",
        "host_network_receive_percent",
        "host_network_transmit_percent",
        "host_temperature_celsius"
    };
    private static final long[] SPECIALS = {
        0x7ff0000000000002L, // Prometheus' staleness marker, a signalling NaN
        0x7ff8000000000000L,
        0xfff8000000000001L,
        0x7ff0000000000000L,
        0xfff0000000000000L,
        0x8000000000000000L,
        0x0000000000000001L,
        0x7fefffffffffffffL
    };
    private static final long EPOCH_MS = 1_700_000_000_000L;
    private static final long ROUND_MS = 10_000_000_000L;
    private static final long STEP_MS = 250;
    private static final int JITTER_BITS = 7; // below STEP_MS: timestamps of a series grow
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final long seed;
    private final int round;
    private final int producer;
    private final String job;
    private final Schedule schedule;
    private final long[] seeds;
    private final long firstTimestamp;

    /// @param job what the hosts do, part of their labels
    FleetScript(long seed, int round, int producer, String job, Schedule schedule) {
        this.seed = seed;
        this.round = round;
        this.producer = producer;
        this.job = job;
        this.schedule = schedule;
        this.firstTimestamp = EPOCH_MS + round * ROUND_MS;
        this.seeds = new long[schedule.series()];
        for (int series = 0; series < seeds.length; series++) {
            seeds[series] = mix(mix(mix(seed + round) + producer) + series);
        }
    }

    /// The finalizer of splitmix64.
    private static long mix(long number) {
        long mixed = number + GOLDEN_GAMMA;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    private long random(int series, long sample) {
        return mix(seeds[series] + sample * GOLDEN_GAMMA);
    }

    @Override
    public String name() {
        return job + "-" + producer;
    }

    @Override
    public int series() {
        return schedule.series();
    }

    @Override
    public Labels labels(int series) {
        return Labels.of(
                "__name__",
                METRICS[series % METRICS.length],
                "host",
                "%s-%d-%04d".formatted(job, producer, series / METRICS.length),
                "job",
                job,
                "region",
                series % 3 == 0 ? "eu-north" : "eu-west");
    }

    @Override
    public boolean known(int series, long sample) {
        return true;
    }

    @Override
    public long timestamp(int series, long sample) {
        return firstTimestamp + sample * STEP_MS + (random(series, sample) >>> Long.SIZE - JITTER_BITS);
    }

    @Override
    public long valueBits(int series, long sample) {
        final long random = random(series, sample);
        if ((random & 63) == 0) {
            final int which = (int) (random >>> 6) & 15;
            return which < SPECIALS.length ? SPECIALS[which] : mix(random);
        }
        return Double.doubleToRawLongBits(((random >>> 6 & 0xffff) * 10_000 >>> 16) / 100.0);
    }

    @Override
    public long append(int series, long sample) {
        return schedule.append(series, sample);
    }

    @Override
    public long samples(int series, long appends) {
        return schedule.samples(series, appends);
    }

    @Override
    public long find(int series, long timestamp) {
        final long sample = (timestamp - firstTimestamp) / STEP_MS;
        return sample >= 0 && sample < ROUND_MS / STEP_MS && timestamp(series, sample) == timestamp ? sample : -1;
    }

    Schedule schedule() {
        return schedule;
    }

    @Override
    public String toString() {
        return "FleetScript[seed=" + seed + ", round=" + round + ", producer=" + producer + "]";
    }
}
