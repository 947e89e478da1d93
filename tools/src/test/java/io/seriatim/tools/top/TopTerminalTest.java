package io.seriatim.tools.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seriatim.tools.Seriatim;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `top` on a terminal: a real pseudo-terminal, made by `script`.
@Tag("crash")
@Timeout(180)
class TopTerminalTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path parent;

    private Path log;
    private Process top;
    private Process writer;
    private final StringBuilder seen = new StringBuilder();

    @BeforeEach
    void setUp() throws Exception {
        assumeTrue(scriptIsThere(), "no util-linux `script` to make a pseudo-terminal (bsdutils)");
        log = parent.resolve("wal");
        write();
    }

    @AfterEach
    void tearDown() throws Exception {
        for (final Process process : new Process[] {top, writer}) {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static boolean scriptIsThere() throws InterruptedException {
        try {
            final Process version = new ProcessBuilder("script", "--version").start();
            final String text = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return version.waitFor() == 0 && text.contains("util-linux");
        } catch (IOException _) {
            return false;
        }
    }

    private void write() throws IOException {
        writer = new ProcessBuilder(
                        JAVA, "-cp", System.getProperty("java.class.path"), TopTerminalTest.class.getName(), "" + log)
                .redirectErrorStream(true)
                .start();
        assertEquals('o', writer.getInputStream().read(), "the writer opens its log");
    }

    private void start(String arguments) throws IOException {
        final String command =
                "stty cols 200 rows 50; exec " + JAVA + " -XX:+UseSerialGC -cp " + System.getProperty("java.class.path")
                        + " " + Seriatim.class.getName() + " top " + log + " --interval 0.2 " + arguments;
        final ProcessBuilder script = new ProcessBuilder("script", "-q", "-e", "-f", "-c", command, "/dev/null");
        script.environment().put("TERM", "xterm");
        script.environment().put("SHELL", "/bin/sh");
        top = script.redirectErrorStream(true).start();
        Thread.ofPlatform().daemon().start(this::listen);
    }

    private void listen() {
        final byte[] bytes = new byte[4096];
        try (InputStream out = top.getInputStream()) {
            for (int count = out.read(bytes); count >= 0; count = out.read(bytes)) {
                synchronized (seen) {
                    seen.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
                    seen.notifyAll();
                }
            }
        } catch (IOException _) {
            // It has ended.
        }
    }

    /// Waits until the terminal has shown it, since the last time.
    private void await(String text) throws InterruptedException {
        synchronized (seen) {
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (seen.indexOf(text) < 0) {
                final long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
                assertTrue(leftMs > 0, () -> "never shown: " + text + "\n" + seen);
                seen.wait(leftMs);
            }
            seen.delete(0, seen.indexOf(text) + text.length());
        }
    }

    private void type(String keys) throws IOException {
        top.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
        top.getOutputStream().flush();
    }

    private void assertEndsAndRestoresTheTerminal() throws InterruptedException {
        await("\u001b[?25h\u001b[?1049l");
        assertTrue(top.waitFor(60, TimeUnit.SECONDS), "it does not end");
        assertEquals(0, top.exitValue());
    }

    @Test
    void shouldDrawAPageAgainAndAgainAndEndWithQ() throws Exception {
        start("");

        await("\u001b[?1049h"); // another page
        for (int i = 0; i < 3; i++) {
            await("\u001b[H" + log + ": open for ");
            await("records/s");
            await("shard");
            await("every 0.2 s; q quits");
        }
        type("+");
        await("every 0.1 s");
        type("-");
        await("every 0.2 s");
        type("q");

        assertEndsAndRestoresTheTerminal();
    }

    @Test
    void shouldEndWithControlC() throws Exception {
        start("");
        await("q quits");

        type("\u0003");

        assertEndsAndRestoresTheTerminal();
    }

    @Test
    void shouldSayThatTheWriterDiedAndTakeUpTheNext() throws Exception {
        start("");
        await("pid " + writer.pid() + ", opening 1");

        writer.destroyForcibly().waitFor();
        await("the writer DIED: pid " + writer.pid() + ", opening 1");

        write();
        await("open for ");
        await("pid " + writer.pid() + ", opening 2");
        type("q");

        assertEndsAndRestoresTheTerminal();
    }

    @Test
    void shouldEndAfterSoManyLooks() throws Exception {
        start("--count 2");

        await("q quits");
        assertEndsAndRestoresTheTerminal();
    }

    /// The writer: appends until it is killed.
    public static void main(String[] arguments) throws Exception {
        try (MappedWal wal = MappedWal.open(WalConfig.at(Path.of(arguments[0])).segmentBytes(1 << 20))) {
            System.out.println("open");
            for (long i = 0; ; i++) {
                wal.series(Labels.of("__name__", "up")).append(i, i);
                Thread.sleep(2);
            }
        }
    }
}
