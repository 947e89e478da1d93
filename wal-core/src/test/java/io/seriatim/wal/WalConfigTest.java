package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertRefused;
import static io.seriatim.wal.WalConfig.MAX_SEGMENT_BYTES;
import static io.seriatim.wal.WalConfig.MIN_SEGMENT_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalConfigTest {
    private static final WalConfig DEFAULTS = WalConfig.at(Path.of("log"));
    private static final Duration YEAR = Duration.ofDays(365);

    private static final Map<String, BiFunction<WalConfig, Duration, WalConfig>> DURATIONS = Map.of(
            "flushEvery", WalConfig::flushEvery,
            "durableTimeout", WalConfig::durableTimeout,
            "claimTimeout", WalConfig::claimTimeout);

    @Test
    void shouldHaveTheDocumentedDefaults() {
        assertEquals(Path.of("log"), DEFAULTS.directory());
        assertEquals(1, DEFAULTS.shards());
        assertEquals(64 * 1024 * 1024, DEFAULTS.segmentBytes());
        assertEquals(Duration.ofMillis(5), DEFAULTS.flushEvery());
        assertEquals(8 * 1024 * 1024, DEFAULTS.flushBytes());
        assertEquals(TimeUnit.MILLISECONDS, DEFAULTS.timeUnit());
        assertEquals(Durability.ASYNC, DEFAULTS.durability());
        assertEquals(Backpressure.block(Duration.ofSeconds(30)), DEFAULTS.backpressure());
        assertEquals(ReplayPolicy.SALVAGE, DEFAULTS.onDamage());
        assertEquals(0, DEFAULTS.maxBytes());
        assertEquals(0, DEFAULTS.retainBytes());
        assertEquals(16L << 30, DEFAULTS.consumerBytes());
    }

    /// A draft copies each component by name: the copy is where two of them get swapped.
    @Test
    void shouldChangeOneComponentAndNoOther() throws ReflectiveOperationException {
        final Map<String, Object> others = Map.ofEntries(
                Map.entry("shards", 3),
                Map.entry("segmentBytes", 1 << 20),
                Map.entry("flushEvery", Duration.ofMillis(7)),
                Map.entry("flushBytes", 4711L),
                Map.entry("timeUnit", TimeUnit.NANOSECONDS),
                Map.entry("durability", Durability.GROUP),
                Map.entry("backpressure", Backpressure.drop()),
                Map.entry("durableTimeout", Duration.ofSeconds(2)),
                Map.entry("claimTimeout", Duration.ofSeconds(4)),
                Map.entry("onDamage", ReplayPolicy.STRICT),
                Map.entry("maxBytes", 1L << 40),
                Map.entry("retainBytes", 1L << 39),
                Map.entry("consumerBytes", 1L << 38),
                Map.entry("maxSeries", 12),
                Map.entry("seriesBytes", 1L << 37),
                Map.entry("alignBatches", true),
                Map.entry("callerRuns", true));
        final List<RecordComponent> components = List.of(WalConfig.class.getRecordComponents());
        assertEquals(components.size() - 1, others.size());

        for (final Map.Entry<String, Object> other : others.entrySet()) {
            final RecordComponent changed = components.stream()
                    .filter(component -> component.getName().equals(other.getKey()))
                    .findFirst()
                    .orElseThrow();
            final Method copy = WalConfig.class.getMethod(changed.getName(), changed.getType());
            final WalConfig config = (WalConfig) copy.invoke(DEFAULTS, other.getValue());

            for (final RecordComponent component : components) {
                assertEquals(
                        component.equals(changed)
                                ? other.getValue()
                                : component.getAccessor().invoke(DEFAULTS),
                        component.getAccessor().invoke(config),
                        () -> changed.getName() + " changed " + component.getName());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Lsn.MAX_SHARDS})
    void shouldAcceptShardsAtTheLimits(int shards) {
        assertEquals(shards, DEFAULTS.shards(shards).shards());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Lsn.MAX_SHARDS + 1})
    void shouldRefuseShardsBeyondTheLimits(int shards) {
        assertRefused(() -> DEFAULTS.shards(shards), "shards out of range [1, 1024]", "shards=" + shards);
    }

    @ParameterizedTest
    @ValueSource(ints = {MIN_SEGMENT_BYTES, 12 * 1024, MAX_SEGMENT_BYTES})
    void shouldAcceptSegmentLengthsAtTheLimits(int bytes) {
        assertEquals(bytes, DEFAULTS.segmentBytes(bytes).segmentBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {-8192, 0, 4096, MIN_SEGMENT_BYTES - 1, MIN_SEGMENT_BYTES + 8, MAX_SEGMENT_BYTES + 4096})
    void shouldRefuseSegmentLengthsBeyondTheLimits(int bytes) {
        assertRefused(
                () -> DEFAULTS.segmentBytes(bytes),
                "segmentBytes must be a multiple of 4096 in [8192, 1073741824]",
                "segmentBytes=" + bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flushEvery", "durableTimeout", "claimTimeout"})
    void shouldBoundDurations(String name) {
        final BiFunction<WalConfig, Duration, WalConfig> copy = DURATIONS.get(name);

        copy.apply(DEFAULTS, Duration.ofNanos(1));
        copy.apply(DEFAULTS, YEAR);
        for (final Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(-1), YEAR.plusNanos(1))) {
            assertRefused(
                    () -> copy.apply(DEFAULTS, wrong),
                    name + " must be positive and at most 365 days",
                    name + "=" + wrong);
        }
        assertEquals(
                name,
                assertThrows(NullPointerException.class, () -> copy.apply(DEFAULTS, null))
                        .getMessage());
    }

    @Test
    void shouldRefuseFlushBytesBelowOne() {
        assertEquals(1, DEFAULTS.flushBytes(1).flushBytes());
        assertRefused(() -> DEFAULTS.flushBytes(0), "flushBytes must be positive", "flushBytes=0");
    }

    @Test
    void shouldRefuseACapThatCannotHoldTwoSegmentsOfEveryShard() {
        final WalConfig config = DEFAULTS.segmentBytes(8192).shards(3);
        final long least = 2 * 8192 * 3;

        assertEquals(least, config.maxBytes(least).maxBytes());
        assertRefused(
                () -> config.maxBytes(least - 1),
                "two segments of every shard (49152 bytes)",
                "maxBytes=" + (least - 1));
        assertRefused(() -> config.maxBytes(-1), "maxBytes=-1");
        assertRefused(() -> config.maxBytes(least).shards(4), "(65536 bytes)");
    }

    @Test
    void shouldNotOverflowWhenTheCapIsCheckedAtTheLargestSizes() {
        final WalConfig largest = DEFAULTS.segmentBytes(MAX_SEGMENT_BYTES).shards(Lsn.MAX_SHARDS);

        assertRefused(() -> largest.maxBytes(1L << 40), "(2199023255552 bytes)", "maxBytes=1099511627776");
        assertEquals(1L << 41, largest.maxBytes(1L << 41).maxBytes());
    }

    @Test
    void shouldRefuseNegativeRetentionAndNoSeries() {
        assertRefused(() -> DEFAULTS.retainBytes(-1), "retainBytes must not be negative", "retainBytes=-1");
        assertRefused(() -> DEFAULTS.consumerBytes(-1), "consumerBytes must not be negative", "consumerBytes=-1");
        assertEquals(1, DEFAULTS.maxSeries(1).maxSeries());
        assertRefused(() -> DEFAULTS.maxSeries(0), "maxSeries must be positive", "maxSeries=0");
        assertRefused(() -> DEFAULTS.seriesBytes(-1), "seriesBytes must not be negative", "seriesBytes=-1");
    }

    @Test
    void shouldNameThePartWhenItIsNull() {
        assertEquals("directory", nullMessage(() -> WalConfig.at(null)));
        assertEquals("timeUnit", nullMessage(() -> DEFAULTS.timeUnit(null)));
        assertEquals("durability", nullMessage(() -> DEFAULTS.durability(null)));
        assertEquals("backpressure", nullMessage(() -> DEFAULTS.backpressure(null)));
        assertEquals("onDamage", nullMessage(() -> DEFAULTS.onDamage(null)));
    }

    @ParameterizedTest
    @CsvSource({"8192, 4096", "1048576, 1044480", "67108864, 16777216", "1073741824, 16777216"})
    void shouldBoundFramesBySegmentAndFormat(int segmentBytes, int frameBytes) {
        assertEquals(frameBytes, DEFAULTS.segmentBytes(segmentBytes).maxFrameBytes());
    }

    private static String nullMessage(Runnable call) {
        return assertThrows(NullPointerException.class, call::run).getMessage();
    }
}
