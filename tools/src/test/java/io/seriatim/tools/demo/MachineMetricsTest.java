package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineMetricsTest {
    @Test
    void shouldSeeThisMachineAndThisJvm() {
        final MachineMetrics metrics = new MachineMetrics();
        final long[] valueBits = new long[metrics.size()];
        final Set<String> names = new HashSet<>();
        metrics.scrape(valueBits);

        for (int i = 0; i < metrics.size(); i++) {
            final String name = metrics.labels(i).get("__name__");
            names.add(name);
            if (name.equals("machine_memory_total_bytes") || name.equals("jvm_heap_used_bytes")) {
                assertTrue(Double.longBitsToDouble(valueBits[i]) > 1e6, name);
            }
        }

        assertTrue(names.contains("machine_memory_total_bytes"), names.toString());
        assertTrue(names.contains("jvm_threads"), names.toString());
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                java.util.stream.IntStream.range(0, metrics.size())
                        .filter(i -> metrics.labels(i).get("__name__").equals("machine_cpu_load_ratio"))
                        .count());
    }
}
