package io.seriatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The encoding by hand against the protocol's own classes.
class OtlpRequestTest {
    private static List<NumberDataPoint> points(byte[] request) throws Exception {
        return ExportMetricsServiceRequest.parseFrom(request)
                .getResourceMetrics(0)
                .getScopeMetrics(0)
                .getMetrics(0)
                .getGauge()
                .getDataPointsList();
    }

    @Test
    void shouldHaveOnePointOfEachSeriesWhenRead() throws Exception {
        final List<NumberDataPoint> points = points(OtlpRequest.of(7, 100).at(1));

        assertEquals(100, points.size());
        for (int i = 0; i < 100; i++) {
            assertEquals(OtlpRequest.ATTRIBUTES, points.get(i).getAttributesCount());
            assertEquals(
                    String.format("value-%07d", 7 + i),
                    points.get(i).getAttributes(0).getValue().getStringValue());
        }
    }

    @Test
    void shouldChangeNothingButTimeAndValueWhenSentAgain() throws Exception {
        final OtlpRequest request = OtlpRequest.of(0, 100);
        final List<NumberDataPoint> first = points(request.at(1_700_000_000_000_000_000L));
        final List<NumberDataPoint> second = points(request.at(1_700_000_000_000_000_001L));

        for (int i = 0; i < 100; i++) {
            assertEquals(1_700_000_000_000_000_000L, first.get(i).getTimeUnixNano());
            assertEquals(
                    first.get(i).toBuilder()
                            .setTimeUnixNano(1_700_000_000_000_000_001L)
                            .setAsDouble(second.get(i).getAsDouble())
                            .build(),
                    second.get(i));
        }
    }
}
