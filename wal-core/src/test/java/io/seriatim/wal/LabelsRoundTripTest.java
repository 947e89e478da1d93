package io.seriatim.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What was encoded is decoded. jqwik prints its seed when a property fails.
class LabelsRoundTripTest {
    @Property
    void shouldDecodeToEqualLabelsAtAnyOffset(@ForAll("labels") Labels labels) {
        final byte[] source = new byte[labels.encodedLength() + 12];
        labels.copyEncodedTo(source, 7);

        final Labels decoded = Labels.decode(source, 7, labels.encodedLength());

        assertEquals(labels, decoded);
        assertEquals(labels.hash64(), decoded.hash64());
        assertEquals(labels.toString(), decoded.toString());
    }

    @Property(tries = 200)
    void shouldGiveBackWhatWasPutIn(@ForAll("labels") Labels labels) {
        final int[] visited = {0};
        labels.forEach((name, value) -> {
            visited[0]++;
            assertEquals(value, labels.get(name));
        });

        assertEquals(labels.count(), visited[0]);
    }

    @Provide
    Arbitrary<Labels> labels() {
        return AnyLabels.ofMaxCount(64);
    }
}
