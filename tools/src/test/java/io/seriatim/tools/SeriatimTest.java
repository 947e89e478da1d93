package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import oshi.SystemInfo;
import picocli.CommandLine;

class SeriatimTest {
    @Test
    void shouldSucceedWhenAskedForHelp() {
        assertEquals(0, new CommandLine(new Seriatim()).execute("--help"));
    }

    @Test
    void shouldSeeThisMachine() {
        assertEquals(
                Runtime.getRuntime().availableProcessors(),
                new SystemInfo().getHardware().getProcessor().getLogicalProcessorCount());
    }
}
