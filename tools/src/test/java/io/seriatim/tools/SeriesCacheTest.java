package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesCacheTest {
    @Test
    void shouldFindWhatWasPutAndNothingElse() {
        final SeriesCache<SeriesHandle> cache = new SeriesCache<>(100_000);
        final Random random = new Random(7);
        final Map<String, SeriesHandle> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            final String key = "s" + random.nextInt(20_000);
            final SeriesHandle known = find(cache, key);
            assertSame(expected.get(key), known);
            if (known == null) {
                expected.put(key, new Handle(key));
                assertFalse(put(cache, key, expected.get(key)));
            }
        }
        assertEquals(expected.size(), cache.size());
        assertNull(find(cache, "s"));
        assertNull(find(cache, "s00"));
    }

    @Test
    void shouldPredictWhatCameAfterItLastTimeOrTheSameAgain() {
        final SeriesCache<SeriesHandle> cache = new SeriesCache<>(10);
        for (final String key : new String[] {"a", "bb", "c"}) {
            put(cache, key, new Handle(key));
        }
        find(cache, "a");

        assertEquals(1 + 2, predicted(cache, "bb 5"));
        assertEquals("bb", cache.handle().toString());
        assertEquals(1 + 2, predicted(cache, "bb 6"), "the same again");
        assertEquals(1 + 1, predicted(cache, "c 7"));
        assertEquals(-1, predicted(cache, "b 8"));
    }

    @Test
    void shouldForgetEverythingWhenItIsFull() {
        final SeriesCache<SeriesHandle> cache = new SeriesCache<>(3);
        for (final String key : new String[] {"a", "b", "c"}) {
            assertFalse(put(cache, key, new Handle(key)));
        }

        assertTrue(put(cache, "d", new Handle("d")));
        assertEquals(1, cache.size());
        assertNull(find(cache, "a"));
        assertEquals("d", find(cache, "d").toString());
    }

    private static SeriesHandle find(SeriesCache<SeriesHandle> cache, String key) {
        final byte[] bytes = bytes(key);
        return cache.find(bytes, 1, bytes.length - 1);
    }

    private static int predicted(SeriesCache<SeriesHandle> cache, String text) {
        final byte[] bytes = bytes(text);
        return cache.predicted(bytes, 1, bytes.length - 1);
    }

    private static boolean put(SeriesCache<SeriesHandle> cache, String key, SeriesHandle handle) {
        final byte[] bytes = bytes(key);
        return cache.put(bytes, 1, bytes.length - 1, handle);
    }

    /// Between other bytes, which must not matter.
    private static byte[] bytes(String key) {
        return ("<" + key + ">").getBytes(StandardCharsets.US_ASCII);
    }

    private record Handle(String name) implements SeriesHandle {
        @Override
        public Labels labels() {
            return Labels.of("__name__", name);
        }

        @Override
        public int shard() {
            return 0;
        }

        @Override
        public long append(long timestamp, double value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long appendDurable(long timestamp, double value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long append(long timestamp, Histogram histogram) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long appendExemplar(long timestamp, double value, Labels labels) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long appendMetadata(long timestamp, Labels attributes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
