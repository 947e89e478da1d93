package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriatimTest {
    @ParameterizedTest
    @ValueSource(strings = {"--help", "help", "help demo", "demo --help", "replay -h", "verify --help", "diff --help"})
    void shouldTeachByExampleWhenAskedForHelp(String arguments) {
        final Invocation help = Invocation.of((Object[]) arguments.split(" "));

        assertEquals(0, help.code());
        assertTrue(help.out().contains("Examples"), help.out());
        assertTrue(help.out().contains("Exit codes"), help.out());
        assertEquals("", help.err());
        assertFalse(help.out().contains("\u001b"), "colours without a terminal");
    }

    @Test
    void shouldColourHelpOnATerminalOnly() {
        assertTrue(Invocation.onTerminal("--help").out().contains("\u001b["));
        assertTrue(Streams.coloursWelcome(Map.of()));
        assertTrue(Streams.coloursWelcome(Map.of("NO_COLOR", "")));
        assertFalse(Streams.coloursWelcome(Map.of("NO_COLOR", "1")));
        assertFalse(Streams.coloursWelcome(Map.of("TERM", "dumb")));
    }

    @Test
    void shouldPrintItsVersion() {
        final Invocation version = Invocation.of("--version");

        assertEquals(0, version.code());
        assertTrue(version.out().startsWith("seriatim "), version.out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bogus",
                "verify",
                "verify a b",
                "verify --bogus x",
                "replay x --policy nonsense",
                "replay x --limit 0",
                "replay x --limit many",
                "replay x --memory 1.5g",
                "replay x --memory 1k",
                "replay x --parallel 0",
                "replay x --parallel 257",
                "demo --rounds 0",
                "demo --seconds -1",
                "demo --seconds NaN",
                "demo --disk 1m",
                "demo --hosts 0"
            })
    void shouldExitWith64WhenArgumentsMakeNoSense(String arguments) {
        final Invocation wrong = arguments.isEmpty() ? Invocation.of() : Invocation.of((Object[]) arguments.split(" "));

        assertEquals(64, wrong.code(), wrong.err());
        assertEquals("", wrong.out());
        assertTrue(wrong.err().startsWith("seriatim: "), wrong.err());
        assertTrue(wrong.err().contains("try: seriatim"), wrong.err());
        assertFalse(wrong.err().contains("\tat "), wrong.err());
    }

    @Test
    void shouldSayWhichOptionIsMeantWhenOneIsMisspelt() {
        final Invocation wrong = Invocation.of("replay", "--polcy", "strict", "x");

        assertEquals(64, wrong.code());
        assertTrue(wrong.err().contains("--policy"), wrong.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "replay", "repair", "stat"})
    void shouldExitWith3AndOneLineWhenThereIsNoLog(String command, @TempDir Path directory) throws Exception {
        final Path file = Files.writeString(directory.resolve("file"), "text");
        final Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("letter.txt"), "Dear log");

        assertAll(
                () -> assertFailsInOneLine("no such directory", command, directory.resolve("missing")),
                () -> assertFailsInOneLine("not a directory", command, file),
                () -> assertFailsInOneLine("not a log", command, other));
        assertEquals("Dear log", Files.readString(other.resolve("letter.txt")));
    }

    @Test
    void shouldSayWhatTheFileSystemRefusedInWords() {
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final Seriatim seriatim = new Seriatim(new Streams(
                new Output(OutputStream.nullOutputStream()), new PrintStream(err, true), false, false, false));

        assertEquals(3, Failures.explain(seriatim, new AccessDeniedException("/var/wal")));
        assertEquals(3, Failures.explain(seriatim, new UncheckedIOException(new NoSuchFileException("/var/none"))));

        assertEquals(
                List.of(
                        "seriatim: no permission: file=/var/wal (this user may not)",
                        "seriatim: no such file or directory: file=/var/none"),
                err.toString().lines().toList());
    }

    @Test
    void shouldPrintAStackTraceOnlyWhenDebugging(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("letter.txt"), "Dear log");

        assertFalse(Invocation.of("verify", directory).err().contains("\tat "));
        assertTrue(Invocation.of("verify", "--debug", directory).err().contains("\tat "));
    }

    @Test
    void shouldMapEachStateToItsExitCode() {
        assertEquals(0, ExitCode.of(ReplayReport.State.SOUND));
        assertEquals(1, ExitCode.of(ReplayReport.State.TORN));
        assertEquals(2, ExitCode.of(ReplayReport.State.DAMAGED));
        assertEquals(1, ExitCode.of(damage(Damage.Verdict.TORN)));
        assertEquals(2, ExitCode.of(damage(Damage.Verdict.LOST)));
        assertEquals(2, ExitCode.of(damage(Damage.Verdict.UNDETERMINED)));
    }

    private static Damage damage(Damage.Verdict verdict) {
        return new Damage(Path.of("x"), 0, 0, 0, 0, Damage.Kind.CHECKSUM, verdict, 0, "");
    }

    private static void assertFailsInOneLine(String message, Object... arguments) {
        final Invocation failed = Invocation.of(arguments);
        assertEquals(3, failed.code(), failed.err());
        assertEquals("", failed.out());
        assertEquals(1, failed.err().lines().count(), failed.err());
        assertTrue(failed.err().startsWith("seriatim: " + message), failed.err());
    }
}
