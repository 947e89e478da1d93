package io.seriatim.tools.serve.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes contexts of resources, scopes and metrics; each is made once, as long as there is room. When they come to
/// more heap than they may, all are forgotten together, since those of metrics share the texts of the others. Not
/// thread-safe.
final class OtlpContexts {
    private static final int ATTRIBUTES = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int DROPPED = 2 << Wire.TAG_BITS | Wire.VARINT;
    private static final int SCOPE_NAME = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SCOPE_VERSION = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SCOPE_ATTRIBUTES = 3 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SCOPE_DROPPED = 4 << Wire.TAG_BITS | Wire.VARINT;

    /// The key itself, and the texts made of it.
    private static final long KEY_FACTOR = 3;

    /// A place in a map, and the objects of a name and a value without their characters.
    private static final long ENTRY_BYTES = 120;

    private static final long CONTEXT_BYTES = 250;

    private final Contexts<Context> resources;
    private final Contexts<Context> scopes;
    private final Contexts<MetricContext> metrics;
    private final Buffer key = new Buffer();
    private final Wire wire = new Wire();
    private final long byteLimit;
    private long usedBytes;
    private long ids;

    /// @param limit     the most of each kind
    /// @param byteLimit of heap, about
    OtlpContexts(int limit, long byteLimit) {
        this.byteLimit = byteLimit;
        resources = new Contexts<>(limit);
        scopes = new Contexts<>(limit);
        metrics = new Contexts<>(limit);
    }

    /// Keeps no message.
    void release() {
        wire.release();
    }

    Context resource(Span resource, Span schemaUrl) throws BadMessageException {
        final String refusal = Attribute.tooLong((long) resource.length() + schemaUrl.length());
        if (refusal != null) {
            return Context.refused(ids++, "resource: " + refusal);
        }
        key.clear();
        resource.putTo(key);
        schemaUrl.putTo(key);
        Context context = resources.find(key);
        if (context == null) {
            context = newResource(resource, schemaUrl);
            keep(resources, context, context.entries());
        }
        return context;
    }

    private Context newResource(Span resource, Span schemaUrl) throws BadMessageException {
        final long id = ids++;
        try {
            final Buffer attributeFields = new Buffer();
            final Map<String, String> about = new TreeMap<>();
            wire.set(resource.bytes(), resource.from(), resource.length());
            while (wire.more()) {
                final int from = wire.at;
                final int tag = wire.tag();
                if (tag == DROPPED) {
                    putIfNot("0", about, "dropped_attributes_count", Long.toString(wire.varint() & 0xffffffffL));
                } else {
                    wire.skip(tag);
                    if (tag == ATTRIBUTES) {
                        attributeFields.put(resource.bytes(), from, wire.at);
                    }
                }
            }
            putIfNot("", about, "schema_url", schemaUrl.text("schema_url"));
            final List<Attribute> attributes = new ArrayList<>();
            Attribute.read(attributeFields.bytes(), 0, attributeFields.length(), attributes);
            return resource(id, attributes, about);
        } catch (RejectedException refusal) {
            return Context.refused(id, "resource: " + refusal.getMessage());
        }
    }

    private static Context resource(long id, List<Attribute> attributes, Map<String, String> about) {
        final String namespace = value(attributes, "service.namespace");
        final String service = value(attributes, "service.name");
        final String instance = value(attributes, "service.instance.id");
        final Map<String, String> identity = new TreeMap<>();
        putIfNot("", identity, "job", namespace.isEmpty() ? service : namespace + "/" + service);
        putIfNot("", identity, "instance", instance);
        final List<Attribute> others = attributes.stream()
                .filter(one -> !one.key().equals("service.name")
                        && !one.key().equals("service.namespace")
                        && !one.key().equals("service.instance.id"))
                .toList();

        final Map<String, String> target = new TreeMap<>(identity);
        final Map<String, String> unsaidOfTarget = new TreeMap<>(about);
        AttributeLabels.put(others, "", identity, target, unsaidOfTarget);

        final Map<String, String> labels = new TreeMap<>(identity);
        final Map<String, String> unsaid = new TreeMap<>();
        if (instance.isEmpty()) {
            // Nothing says that job and instance tell this resource from every other one: all of it does.
            AttributeLabels.put(others, "", identity, labels, unsaid);
        }
        final boolean worthIt = target.size() > identity.size() || !about.isEmpty();
        return new Context(id, labels, unsaid, null, worthIt ? target : null, unsaidOfTarget);
    }

    /// @param entries in maps
    private <T> void keep(Contexts<T> kind, T context, int entries) {
        if (key.length() > Contexts.LONGEST_KEY) {
            return;
        }
        final long bytes = CONTEXT_BYTES + KEY_FACTOR * key.length() + ENTRY_BYTES * entries;
        if (usedBytes + bytes > byteLimit) {
            resources.clear();
            scopes.clear();
            metrics.clear();
            usedBytes = 0;
        }
        usedBytes += bytes;
        kind.put(key, context);
    }

    private static String value(List<Attribute> attributes, String key) {
        for (final Attribute attribute : attributes) {
            if (attribute.key().equals(key)) {
                return attribute.value();
            }
        }
        return "";
    }

    private static void putIfNot(String unwanted, Map<String, String> map, String name, String value) {
        if (!value.equals(unwanted)) {
            map.put(name, value);
        }
    }

    Context scope(Context resource, Span scope, Span schemaUrl) throws BadMessageException {
        final String refusal = Attribute.tooLong((long) scope.length() + schemaUrl.length());
        if (refusal != null) {
            return Context.refused(ids++, "scope: " + refusal);
        }
        key.clear();
        key.putLong(resource.id());
        scope.putTo(key);
        schemaUrl.putTo(key);
        Context context = scopes.find(key);
        if (context == null) {
            context = resource.refusal() == null
                    ? newScope(resource, scope, schemaUrl)
                    : Context.refused(ids++, resource.refusal());
            keep(scopes, context, context.entries());
        }
        return context;
    }

    private Context newScope(Context resource, Span scope, Span schemaUrl) throws BadMessageException {
        final long id = ids++;
        try {
            final Map<String, String> labels = new TreeMap<>(resource.labels());
            final Map<String, String> unsaid = new TreeMap<>(resource.unsaid());
            final Map<String, String> own = new TreeMap<>();
            final Buffer attributeFields = new Buffer();
            wire.set(scope.bytes(), scope.from(), scope.length());
            while (wire.more()) {
                final int from = wire.at;
                final int tag = wire.tag();
                if (tag == SCOPE_NAME || tag == SCOPE_VERSION) {
                    final int end = wire.end();
                    final String text = LabelPairs.text(wire.bytes, wire.at, end, "scope");
                    wire.at = end;
                    own.put(tag == SCOPE_NAME ? "otel_scope_name" : "otel_scope_version", text);
                } else if (tag == SCOPE_DROPPED) {
                    final String count = Long.toString(wire.varint() & 0xffffffffL);
                    putIfNot("0", unsaid, "scope_dropped_attributes_count", count);
                } else {
                    wire.skip(tag);
                    if (tag == SCOPE_ATTRIBUTES) {
                        attributeFields.put(scope.bytes(), from, wire.at);
                    }
                }
            }
            putIfNot("", own, "otel_scope_schema_url", schemaUrl.text("schema_url"));
            own.values().removeIf(String::isEmpty);
            final List<Attribute> attributes = new ArrayList<>();
            Attribute.read(attributeFields.bytes(), 0, attributeFields.length(), attributes);
            labels.putAll(own);
            AttributeLabels.put(attributes, "otel_scope_", own, labels, unsaid);
            return Context.of(id, labels, unsaid);
        } catch (RejectedException refusal) {
            return Context.refused(id, "scope: " + refusal.getMessage());
        }
    }

    MetricContext metric(Context scope, OtlpMetric metric) throws BadMessageException {
        final String refusal = Attribute.tooLong(metric.length());
        if (refusal != null) {
            return OtlpMetric.refused(ids++, "metric: " + refusal);
        }
        key.clear();
        key.putLong(scope.id());
        metric.putTo(key);
        MetricContext context = metrics.find(key);
        if (context == null) {
            context = metric.context(ids++, scope);
            keep(metrics, context, context.entries());
        }
        return context;
    }
}
