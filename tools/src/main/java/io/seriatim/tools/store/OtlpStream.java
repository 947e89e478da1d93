package io.seriatim.tools.store;

/// The points of one kind of one series, and all that a request says around them: as known when it was made.
/// Immutable, for one thread makes it and another one writes it.
final class OtlpStream {
    private static final int GAUGE = 5;
    private static final int SUM = 7;
    private static final int DELTA = 1;
    private static final int CUMULATIVE = 2;

    /// The numbers of fields of `metrics.proto`.
    enum Kind {
        NUMBER(5, 7),
        EXPLICIT(8, 9),
        EXPONENTIAL(11, 1);

        private final int exemplars;
        private final int attributes;

        Kind(int exemplars, int attributes) {
            this.exemplars = exemplars;
            this.attributes = attributes;
        }

        /// @return of the point
        int exemplars() {
            return exemplars;
        }

        /// @return of the point
        int attributes() {
            return attributes;
        }
    }

    private final Kind kind;
    private final boolean delta;
    private final int field;
    private final boolean monotonic;
    private final byte[] resource;
    private final byte[] scope;
    private final byte[] scopeSchema;
    private final byte[] metric;
    private final byte[] attributes;

    /// @param words what surrounds the points
    /// @param delta whether values are of the time since the ones before
    OtlpStream(OtlpWords words, Kind kind, boolean delta) {
        final OtlpFacts facts = words.facts();
        this.kind = kind;
        this.delta = delta;
        this.field = switch (kind) {
            case NUMBER -> facts.isSum() || delta ? SUM : GAUGE;
            case EXPLICIT -> 9;
            case EXPONENTIAL -> 10;
        };
        this.monotonic = facts.isMonotonic();
        this.resource = words.resource();
        this.scope = words.scope();
        this.scopeSchema = words.scopeSchema();
        this.metric = words.metric();
        this.attributes = words.attributes(kind.attributes());
    }

    Kind kind() {
        return kind;
    }

    boolean delta() {
        return delta;
    }

    /// @return of each point, as fields of it
    byte[] attributes() {
        return attributes;
    }

    /// @return about what a request says besides the points
    int bytes() {
        return resource.length + scope.length + scopeSchema.length + metric.length;
    }

    /// Writes some points of a chunk, as a `ResourceMetrics`.
    void write(Chunk chunk, int from, int to, ProtoBuffer request) {
        final int resourceMetrics = request.begin(1);
        request.bytes(1, resource);
        final int scopeMetrics = request.begin(2);
        request.bytes(1, scope);
        final int metric = request.begin(2);
        request.encoded(this.metric, 0, this.metric.length);
        final int data = request.begin(field);
        for (int i = from; i < to; i++) {
            request.bytes(1, chunk.elements().bytes(), chunk.start(i), chunk.end(i) - chunk.start(i));
        }
        if (field != GAUGE) {
            request.varint(2, delta ? DELTA : CUMULATIVE);
        }
        if (field == SUM) {
            request.varint(3, monotonic ? 1 : 0);
        }
        request.end(data)
                .end(metric)
                .encoded(scopeSchema, 0, scopeSchema.length)
                .end(scopeMetrics)
                .end(resourceMetrics);
    }
}
