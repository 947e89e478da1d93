package io.seriatim.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PlaceholderTest {
    @Test
    void shouldRunOnJdk25WithPackageAccess() {
        assertTrue(Runtime.version().feature() >= 25);
        assertEquals(1, Placeholder.hidden());
    }

    @Property(tries = 50)
    void shouldDifferWhenTextGrows(@ForAll String text) {
        assertNotEquals(Placeholder.hash(text), Placeholder.hash(text + "x"));
    }

    @Test
    @Tag("alloc")
    void shouldRunWithoutEscapeAnalysisWhenTaggedAlloc() {
        assertTrue(ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-XX:-DoEscapeAnalysis"));
    }

    @Test
    @Tag("slow")
    void shouldRunOnlyWhenAskedFor() throws InterruptedException {
        Thread.sleep(100);
    }

    @Test
    @Tag("crash")
    void shouldRunByDefaultWhenTaggedCrash() {
        assertEquals(
                "false",
                String.valueOf(
                        ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-XX:-DoEscapeAnalysis")));
    }
}
