package io.seriatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seriatim.bench.GuardChild.Fault;
import io.seriatim.bench.GuardChild.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Guards the append path against regressions without a clock: what the kernel saw of the appending thread during a
/// million appends (`strace` writes it down), and what that thread allocated. No privilege is needed: strace starts the
/// process that it watches.
@Timeout(240)
class AppendGuardTest {
    /// What the JVM does by itself in any thread: safepoints, its own locks, and its own memory when code is
    /// compiled anew (a method's counters come from metaspace, which is committed 64 KiB at a time by whoever needs
    /// it). The log maps files, never anonymous memory. An append that had to wait for a segment parks, which is a
    /// futex too. Bounded, not forbidden.
    private static final String OWN_CALLS =
            "futex|sched_yield|rt_sig\\w+|restart_syscall|clock_nanosleep|gettid|mprotect|madvise|brk|munmap"
                    + "|mmap\\(\\w+, \\d+, \\S+ MAP_PRIVATE\\|(MAP_\\w+\\|)*MAP_ANONYMOUS";

    private static final int MOST_OWN_CALLS = GuardChild.APPENDS / 100;

    /// 0.004 bytes an append; a single object each thousand appends would be more.
    private static final int MOST_ALLOCATED_BYTES = 4096;

    @TempDir
    private Path directory;

    /// @param calls          of the appending thread between the marks, without the JVM's own
    /// @param ownCalls       how many of these there were
    /// @param allocatedBytes by the appending thread
    private record Watched(List<String> calls, long ownCalls, long allocatedBytes) {}

    @ParameterizedTest
    @EnumSource
    @DisplayName("P7, P9: a million appends make no system call and no garbage")
    void shouldMakeNoSystemCallAndNoGarbageWhenAppending(Way way) throws Exception {
        final Watched watched = watch(way, Fault.NONE);

        assertEquals(List.of(), watched.calls);
        assertTrue(watched.ownCalls <= MOST_OWN_CALLS, () -> "ownCalls=" + watched.ownCalls);
        assertTrue(watched.allocatedBytes <= MOST_ALLOCATED_BYTES, () -> "bytes=" + watched.allocatedBytes);
    }

    @Test
    void shouldSeeSystemCallsWhenOneInAThousandAppendsMakesOne() throws Exception {
        final Watched watched = watch(Way.HANDLE, Fault.SYSTEM_CALLS);

        assertEquals(GuardChild.APPENDS / 1000, watched.calls.size());
        assertTrue(watched.calls.stream().allMatch(call -> call.contains("seriatim-planted")));
    }

    @Test
    void shouldSeeWaitsWhenAppendsWait() throws Exception {
        assertTrue(watch(Way.HANDLE, Fault.WAITS).ownCalls > MOST_OWN_CALLS);
    }

    @Test
    void shouldSeeGarbageWhenOneInAThousandAppendsLeavesAnObject() throws Exception {
        final Watched watched = watch(Way.HANDLE, Fault.GARBAGE);

        assertTrue(watched.allocatedBytes > 64 * GuardChild.APPENDS / 1000, () -> "bytes=" + watched.allocatedBytes);
    }

    private Watched watch(Way way, Fault fault) throws IOException, InterruptedException {
        final Path traces = Files.createDirectory(directory.resolve("traces"));
        final List<String> command = new ArrayList<>(List.of("strace", "-ff", "-qq", "-o"));
        command.add(traces.resolve("trace").toString());
        final int own = command.size();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The interpreter and the compilers are not what is watched.
        command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(GuardChild.class.getName());
        command.addAll(List.of(directory.resolve("wal").toString(), way.name(), fault.name()));
        assumeTrue(canTrace(), "strace is not installed, or may not trace here");

        final Path out = directory.resolve("out");
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertTrue(process.waitFor(200, TimeUnit.SECONDS), "hangs: " + command.subList(own, command.size()));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        final String said = Files.readString(out);
        assertEquals(0, process.exitValue(), said);
        return watched(Files.readAllLines(traces.resolve("trace." + field(said, "thread"))), said);
    }

    private static Watched watched(List<String> trace, String said) {
        final List<String> between = trace.stream()
                .dropWhile(line -> !line.contains(GuardChild.BEGIN))
                .skip(1)
                .takeWhile(line -> !line.contains(GuardChild.END))
                .filter(line -> !line.startsWith("---"))
                .toList();
        assertTrue(trace.stream().anyMatch(line -> line.contains(GuardChild.END)), "no end in the trace");
        final List<String> calls = between.stream()
                .filter(line -> !line.matches("(<\\.\\.\\. )?(" + OWN_CALLS + ").*"))
                .toList();
        return new Watched(calls, between.size() - calls.size(), Long.parseLong(field(said, "allocatedBytes")));
    }

    private static String field(String said, String name) {
        return said.lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError(said));
    }

    private static boolean canTrace() throws InterruptedException {
        try {
            final Process probe = new ProcessBuilder("strace", "-o", "/dev/null", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return probe.waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
