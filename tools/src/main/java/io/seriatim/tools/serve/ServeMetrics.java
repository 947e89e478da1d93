package io.seriatim.tools.serve;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.seriatim.tools.serve.intake.Outcome;
import io.seriatim.tools.store.StoreTally;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/// The server's own metrics, as Prometheus scrapes them.
/// Thread-safe.
final class ServeMetrics {
    private static final double NANOS = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();
    private final Counter requests;
    private final Map<Protocol, PerProtocol> perProtocol = new EnumMap<>(Protocol.class);

    /// What is counted of each protocol, looked up once.
    private record PerProtocol(
            CounterDataPoint samples,
            CounterDataPoint histograms,
            CounterDataPoint exemplars,
            CounterDataPoint metadata,
            CounterDataPoint rejected,
            CounterDataPoint bytes,
            CounterDataPoint taken,
            DistributionDataPoint seconds) {}

    ServeMetrics() {
        requests = counter("seriatim_requests_total", "Requests by what became of them.", "protocol", "outcome");
        final Counter records = counter(
                "seriatim_records_total",
                "Records logged: samples, histograms, exemplars, metadata.",
                "protocol",
                "kind");
        final Counter rejected =
                counter("seriatim_rejected_total", "Data points refused within requests that were taken.", "protocol");
        final Counter bytes = counter("seriatim_received_bytes_total", "Bytes of messages, unpacked.", "protocol");
        final Histogram seconds = Histogram.builder()
                .name("seriatim_request_seconds")
                .help("From a request's header until its answer, which waits for the disk.")
                .labelNames("protocol")
                .classicUpperBounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
                .classicOnly()
                .register(registry);
        for (final Protocol one : Protocol.values()) {
            final String name = one.label();
            perProtocol.put(
                    one,
                    new PerProtocol(
                            records.labelValues(name, "sample"),
                            records.labelValues(name, "histogram"),
                            records.labelValues(name, "exemplar"),
                            records.labelValues(name, "metadata"),
                            rejected.labelValues(name),
                            bytes.labelValues(name),
                            requests.labelValues(name, "taken"),
                            seconds.labelValues(name)));
        }
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
    }

    /// Counts a request that was answered.
    void request(Protocol protocol, Answer answer, long nanos) {
        final PerProtocol counts = perProtocol.get(protocol);
        counts.seconds.observe(nanos / NANOS);
        if (!answer.isTaken()) {
            refused(protocol.label(), answer.refusal());
            return;
        }
        final Outcome outcome = answer.outcome();
        counts.taken.inc();
        counts.samples.inc(outcome.samples());
        counts.histograms.inc(outcome.histograms());
        counts.exemplars.inc(outcome.exemplars());
        counts.metadata.inc(outcome.metadata());
        counts.rejected.inc(outcome.rejected());
    }

    /// Counts a request that was not taken.
    void refused(String where, Refusal refusal) {
        requests.labelValues(where, refusal.name().toLowerCase(Locale.ROOT)).inc();
    }

    /// Counts a message's bytes.
    void received(Protocol protocol, int bytes) {
        perProtocol.get(protocol).bytes.inc(bytes);
    }

    /// @return records logged since the start, for rates
    long records() {
        double sum = 0;
        for (final PerProtocol one : perProtocol.values()) {
            sum += one.samples.get() + one.histograms.get() + one.exemplars.get() + one.metadata.get();
        }
        return (long) sum;
    }

    /// @return requests taken since the start
    long taken(Protocol protocol) {
        return (long) perProtocol.get(protocol).taken.get();
    }

    /// @return samples, histograms and exemplars that a protocol brought
    long records(Protocol protocol) {
        final PerProtocol one = perProtocol.get(protocol);
        return (long) (one.samples.get() + one.histograms.get() + one.exemplars.get() + one.metadata.get());
    }

    /// @return data points that were refused within messages that were taken
    long rejected(Protocol protocol) {
        return (long) perProtocol.get(protocol).rejected.get();
    }

    /// Shows who is in.
    void watch(Admission admission, Connections connections) {
        gauge("seriatim_inflight_requests", "Requests under way.", admission::requests);
        gauge("seriatim_inflight_bytes", "Bytes of messages in memory.", admission::bytes);
        GaugeWithCallback.builder()
                .name("seriatim_connections")
                .help("Open connections.")
                .labelNames("front")
                .callback(into -> {
                    into.call(connections.http(), "http");
                    into.call(connections.grpc(), "grpc");
                })
                .register(registry);
    }

    /// How many are connected.
    interface Connections {
        int http();

        int grpc();
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(into -> into.call(value.getAsLong()))
                .register(registry);
    }

    /// Shows the log.
    void watch(Wal wal) {
        shards(wal, "seriatim_wal_tail_bytes", "Position that the next append gets.", WalStats.Shard::tail);
        shards(
                wal,
                "seriatim_wal_durable_bytes",
                "Position below which all survives power loss.",
                WalStats.Shard::durable);
        shards(wal, "seriatim_wal_series", "Series registered.", WalStats.Shard::series);
        shards(wal, "seriatim_wal_segments", "Segments on disk.", WalStats.Shard::segments);
        shards(
                wal,
                "seriatim_wal_poisoned",
                "1 if the shard takes nothing any more.",
                one -> one.poison() == null ? 0 : 1);
        shards(
                wal,
                "seriatim_wal_last_force_seconds",
                "How long the last force took.",
                one -> one.lastForceNanos() / NANOS);
        counters(wal, "seriatim_wal_records_total", "Records committed.", WalStats.Shard::records);
        counters(wal, "seriatim_wal_forces_total", "Successful forces.", WalStats.Shard::forces);
        counters(wal, "seriatim_wal_forced_bytes_total", "Bytes that they covered.", WalStats.Shard::forcedBytes);
        counters(wal, "seriatim_wal_waits_total", "Appends that had to wait for a segment.", WalStats.Shard::waits);
    }

    /// Shows what is sent on.
    void watch(Forwarder forwarder) {
        final StoreTally tally = forwarder.tally();
        total("seriatim_forward_taken_total", "Records that the far end took.", tally::taken);
        total("seriatim_forward_refused_total", "Records that it refused for good.", tally::refused);
        total("seriatim_forward_requests_total", "Requests that had an answer.", tally::requests);
        total("seriatim_forward_retries_total", "Requests sent again.", tally::retries);
        total("seriatim_forward_bytes_total", "Bytes of requests.", tally::bytes);
        total(
                "seriatim_forward_missed_bytes_total",
                "Bytes of the log gone before they were sent.",
                forwarder::missedBytes);
        gauge("seriatim_forward_lag_bytes", "Durable bytes that it has not acknowledged.", forwarder::lagBytes);
        gauge(
                "seriatim_forward_failing_seconds",
                "Since when nothing arrives; 0: it does.",
                () -> forwarder.troubleFor().toSeconds());
    }

    private void total(String name, String help, LongSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(into -> into.call(value.getAsLong()))
                .register(registry);
    }

    private void shards(Wal wal, String name, String help, ToDoubleFunction<WalStats.Shard> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("shard")
                .callback(into -> wal.stats()
                        .shards()
                        .forEach(one -> into.call(value.applyAsDouble(one), String.valueOf(one.shard()))))
                .register(registry);
    }

    private void counters(Wal wal, String name, String help, ToDoubleFunction<WalStats.Shard> value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("shard")
                .callback(into -> wal.stats()
                        .shards()
                        .forEach(one -> into.call(value.applyAsDouble(one), String.valueOf(one.shard()))))
                .register(registry);
    }

    /// @param accept what the scraper wants, or null
    /// @return all of them
    HttpAnswer scrape(String accept) {
        final ExpositionFormatWriter writer = formats.findWriter(accept);
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, registry.scrape());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure); // a byte array has none
        }
        return HttpAnswer.of(200, writer.getContentType(), body.toByteArray());
    }
}
