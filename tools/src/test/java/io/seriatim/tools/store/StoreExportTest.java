package io.seriatim.tools.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.tools.Unsaid;
import io.seriatim.tools.store.FakeStore.Answer;
import io.seriatim.tools.store.StoreUrl.Protocol;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoreExportTest {
    private static final Labels SERIES = Labels.of("__name__", "up");

    private record One(int number) implements Samples {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public long timestamp(int index) {
            return number;
        }

        @Override
        public long valueBits(int index) {
            return Double.doubleToRawLongBits(number);
        }

        @Override
        public long lsn() {
            return Lsn.of(0, 8L * number);
        }
    }

    private static final class Failing implements StoreWatch {
        @Override
        public void onRetry(String cause, Duration since, Duration next) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public void onRefused(long count, String message) {}
    }

    @Test
    void shouldLetNothingOvertakeWhatFailedAndGoOnWhenItIsHandedOnAgain() throws Exception {
        try (FakeStore store = new FakeStore();
                StoreExport export = new StoreExport(
                        StoreUrl.parse(store.url(Protocol.REMOTE_WRITE)),
                        new StoreAccess(null, Map.of(), null, Duration.ofSeconds(30)),
                        new StoreExport.Terms(TimeUnit.MILLISECONDS, null, 0, Long.MAX_VALUE),
                        new Unsaid(),
                        new Failing(),
                        _ -> {})) {
            store.next(Answer.of(503));
            export.onSamples(SERIES, new One(1));
            assertThrows(IllegalStateException.class, export::flush);
            export.onSamples(SERIES, new One(2));
            assertThrows(IllegalStateException.class, export::flush);
            assertEquals(List.of(), store.taken());

            export.discard();
            for (int number = 1; number <= 3; number++) {
                export.onSamples(SERIES, new One(number));
            }
            export.flush();
            final List<String> lines = new ArrayList<>();
            store.taken().forEach(body -> lines.addAll(RemoteWriteBody.lines(body)));
            assertEquals(
                    List.of("{__name__=up} 1:1.0 2:1", "{__name__=up} 1:2.0 2:2", "{__name__=up} 1:3.0 2:3"), lines);
        }
    }
}
