package io.seriatim.tools.demo;

import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a child has to do; parent and child derive the same scripts from it.
///
/// @param log      where to log
/// @param seed     of all that is simulated
/// @param round    which life this is
/// @param hosts    simulated by each producer
/// @param maxBytes what the log's segments may come to
record ChildPlan(Path log, long seed, int round, int hosts, long maxBytes) {
    static final int PRODUCERS = 4;
    static final int SHARDS = 4;

    /// Index of the producer that waits for each append to be durable.
    static final int DURABLE = PRODUCERS;

    /// Index of this machine's metrics.
    static final int MACHINE = PRODUCERS + 1;

    static final int LEDGERS = PRODUCERS + 2;

    private static final int SEGMENT_BYTES = 8 * 1024 * 1024;
    private static final int DURABLE_HOSTS = 3;

    /// The least room that the log needs to work in, in bytes.
    static final long LEAST_BYTES = 4L * SHARDS * SEGMENT_BYTES;

    /// @return the log's configuration
    WalConfig config() {
        return WalConfig.at(log)
                .shards(SHARDS)
                .segmentBytes(SEGMENT_BYTES)
                .maxBytes(maxBytes)
                .durableTimeout(Duration.ofSeconds(60));
    }

    /// @return the scripts of the simulated hosts, that of the durable stream last
    List<FleetScript> fleet() {
        final Schedule schedule = new Schedule(hosts);
        final List<FleetScript> scripts = new ArrayList<>();
        for (int producer = 0; producer < PRODUCERS; producer++) {
            scripts.add(new FleetScript(seed, round, producer, "fleet", schedule));
        }
        scripts.add(new FleetScript(seed, round, DURABLE, "durable", new Schedule(DURABLE_HOSTS)));
        return scripts;
    }

    List<String> arguments() {
        return List.of(
                log.toString(),
                String.valueOf(seed),
                String.valueOf(round),
                String.valueOf(hosts),
                String.valueOf(maxBytes));
    }

    static ChildPlan of(String[] arguments) {
        return new ChildPlan(
                Path.of(arguments[0]),
                Long.parseLong(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Long.parseLong(arguments[4]));
    }
}
