package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.ExitCode;
import io.seriatim.tools.Output;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.Streams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class ServeSettingsTest {
    private final CommandSpec command = new CommandLine(new ServeCommand()).getCommandSpec();

    @TempDir
    private Path directory;

    private String value(ServeSettings settings, String option) {
        return settings.defaultValue(command.findOption(option));
    }

    @Test
    void shouldPreferTheEnvironmentToTheFile() throws IOException {
        final Path file = Files.writeString(directory.resolve("serve.properties"), "max-message=8m\nack = async\n");
        final ServeSettings settings = new ServeSettings(
                List.of("serve", "--config", file.toString()), Map.of("SERIATIM_SERVE_MAX_MESSAGE", "2m"));

        assertNull(settings.problem(command));
        assertEquals("2m", value(settings, "--max-message"));
        assertEquals("async", value(settings, "--ack"));
        assertNull(value(settings, "--dir"), "the default stands");
    }

    @Test
    void shouldFindTheFileInTheEnvironment() throws IOException {
        final Path file = Files.writeString(directory.resolve("serve.properties"), "drain=5s\n");
        final ServeSettings settings =
                new ServeSettings(List.of("serve"), Map.of("SERIATIM_SERVE_CONFIG", file.toString()));

        assertNull(settings.problem(command));
        assertEquals("5s", value(settings, "--drain"));
    }

    @Test
    void shouldNameWhatIsNoSetting() throws IOException {
        final Path file = Files.writeString(directory.resolve("serve.properties"), "max-mesage=8m\n");

        assertTrue(new ServeSettings(List.of("serve", "--config=" + file), Map.of())
                .problem(command)
                .startsWith("no such setting in the file: name=max-mesage"));
        assertTrue(new ServeSettings(List.of("serve"), Map.of("SERIATIM_SERVE_TSL_KEY", "x"))
                .problem(command)
                .startsWith("no such setting in the environment: name=SERIATIM_SERVE_TSL_KEY"));
        assertTrue(new ServeSettings(List.of("serve", "--config", "missing"), Map.of())
                .problem(command)
                .startsWith("cannot read the settings: file=missing"));
    }

    @Test
    void shouldRefuseLimitsThatMakeNoSenseBeforeItMakesALog() {
        for (final String[] limit : new String[][] {
            {"--max-labels", "1000"},
            {"--max-label-bytes", "1m"},
            {"--max-series", "0"},
            {"--max-series-bytes", "0"},
            {"--idle-timeout", "0s"}
        }) {
            final ByteArrayOutputStream err = new ByteArrayOutputStream();
            final Streams streams = new Streams(
                    new Output(OutputStream.nullOutputStream()),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    false,
                    false,
                    false,
                    InputStream.nullInputStream());
            final Path log = directory.resolve("wal");
            final int code = Seriatim.run(streams, "serve", "--dir", log.toString(), limit[0], limit[1]);

            assertEquals(ExitCode.BAD_ARGUMENTS, code, err.toString(StandardCharsets.UTF_8));
            assertFalse(Files.exists(log));
        }
    }
}
