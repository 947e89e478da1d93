package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.util.Map;
import java.util.TreeMap;

/// Takes in OTLP's `ExportMetricsServiceRequest`: goes through resources, scopes and metrics. Not thread-safe.
final class OtlpReader {
    private static final int RESOURCE_METRICS = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int RESOURCE = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SCOPE_METRICS = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SCOPE = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int METRIC = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SCHEMA_URL = 3 << Wire.TAG_BITS | Wire.BYTES;
    private static final int DATA_POINT = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final byte TARGET_KEY = (byte) 0xfe;

    private final Session session;
    private final OtlpContexts contexts;
    private final OtlpMetric metric = new OtlpMetric();
    private final OtlpPoint point;
    private final OtlpNumbers numbers;
    private final OtlpSummaries summaries;
    private final OtlpHistograms histograms;
    private final Wire wire = new Wire();
    private final Span resource = new Span();
    private final Span resourceSchema = new Span();
    private final Span scope = new Span();
    private final Span scopeSchema = new Span();
    private final Buffer targetKey = new Buffer();

    OtlpReader(Session session) {
        this.session = session;
        this.contexts = new OtlpContexts(
                session.limits().cachedSeries(), session.limits().cachedBytes() / 4);
        this.point = new OtlpPoint(session);
        final OtlpExemplars exemplars = new OtlpExemplars(session);
        this.numbers = new OtlpNumbers(session, point, exemplars);
        this.summaries = new OtlpSummaries(session, point);
        this.histograms = new OtlpHistograms(session, point, exemplars);
    }

    void take(byte[] message, int offset, int length) throws BadMessageException {
        wire.set(message, offset, length);
        Otlp.REQUEST.check(wire);

        wire.set(message, offset, length);
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == RESOURCE_METRICS) {
                final int outer = wire.limit;
                wire.limit = wire.end();
                resourceMetrics();
                wire.limit = outer;
            } else {
                wire.skip(tag);
            }
        }
    }

    private void resourceMetrics() throws BadMessageException {
        find(resource, resourceSchema);
        final Context context = contexts.resource(resource, resourceSchema);
        point.beginResource();
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == SCOPE_METRICS) {
                final int outer = wire.limit;
                wire.limit = wire.end();
                scopeMetrics(context);
                wire.limit = outer;
            } else {
                wire.skip(tag);
            }
        }
        if (point.newest() != TimeConversion.OUT_OF_RANGE && context.target() != null) {
            target(context, point.newest());
        }
    }

    /// Finds what stands in fields 1 and 3, and goes back.
    private void find(Span first, Span schemaUrl) throws BadMessageException {
        final int at = wire.at;
        first.clear();
        schemaUrl.clear();
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == RESOURCE) {
                first.take(wire);
            } else if (tag == SCHEMA_URL) {
                schemaUrl.take(wire);
            } else {
                wire.skip(tag);
            }
        }
        wire.at = at;
    }

    private void target(Context context, long time) {
        targetKey.clear();
        targetKey.put(TARGET_KEY);
        targetKey.putLong(context.id());
        Sighting sighting = session.series().find(targetKey.bytes(), 0, targetKey.length());
        if (sighting == null) {
            try {
                sighting = newTarget(context);
            } catch (RejectedException refusal) {
                session.outcome().remark("target_info: " + refusal.getMessage());
                return;
            }
        }
        session.describe(sighting, time, Histogram.NO_START, false);
        session.add(sighting.handle(), time, 1);
    }

    private Sighting newTarget(Context context) throws RejectedException {
        final LabelPairs pairs = new LabelPairs(session.limits());
        pairs.putAll(context.target());
        pairs.put("__name__", "target_info");
        final Map<String, String> about = new TreeMap<>(context.about());
        about.put("type", "info");
        final Labels attributes = LabelPairs.labels(about);
        return session.series()
                .add(targetKey.bytes(), 0, targetKey.length(), pairs.labels(), new Description(attributes));
    }

    private void scopeMetrics(Context resourceContext) throws BadMessageException {
        find(scope, scopeSchema);
        final Context context = contexts.scope(resourceContext, scope, scopeSchema);
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == METRIC) {
                final int outer = wire.limit;
                final int end = wire.end();
                wire.limit = end;
                metric.read(wire);
                points(contexts.metric(context, metric));
                wire.at = end;
                wire.limit = outer;
            } else {
                wire.skip(tag);
            }
        }
    }

    private void points(MetricContext context) throws BadMessageException {
        wire.at = metric.data().from();
        wire.limit = metric.data().to();
        if (metric.kind() == 0) {
            return;
        }
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != DATA_POINT) {
                wire.skip(tag);
                continue;
            }
            final int outer = wire.limit;
            final int end = wire.end();
            wire.limit = end;
            point(context);
            wire.at = end;
            wire.limit = outer;
        }
    }

    private void point(MetricContext context) throws BadMessageException {
        if (context.refusal() != null) {
            session.outcome().reject(1, context.refusal());
            return;
        }
        point.begin(context);
        try {
            switch (metric.kind()) {
                case Otlp.HISTOGRAM -> histograms.explicit(wire, context);
                case Otlp.EXPONENTIAL_HISTOGRAM -> histograms.exponential(wire, context);
                case Otlp.SUMMARY -> summaries.take(wire, context);
                default -> numbers.take(wire, context);
            }
        } catch (RejectedException refusal) {
            session.outcome().reject(1, refusal.getMessage());
        }
    }

    /// Between two messages: keeps nothing of the last one.
    void release() {
        wire.release();
        resource.clear();
        resourceSchema.clear();
        scope.clear();
        scopeSchema.clear();
        metric.release();
        contexts.release();
        point.release();
    }
}
