package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages for operators show what really happens: see [Walkthrough], also for how to make the outputs anew.
@Tag("crash")
class RunbookTest {
    @TempDir
    private Path root;

    @Test
    @DisplayName("P4: the runbook shows what really happens, disaster by disaster")
    void shouldShowWhatReallyHappensInEveryDisaster() throws Exception {
        try (Walkthrough walk = new Walkthrough(root)) {
            assertEquals(EnumSet.allOf(Disaster.class), walk.through(Path.of("RUNBOOK.md")));
        }
    }

    @Test
    void shouldShowWhatReallyHappensInTheManual() throws Exception {
        try (Walkthrough walk = new Walkthrough(root)) {
            assertFalse(walk.through(Path.of("README.md")).isEmpty());
        }
    }
}
