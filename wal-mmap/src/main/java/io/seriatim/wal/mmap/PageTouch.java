package io.seriatim.wal.mmap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Makes a page writable and dirty before a producer stores there, without changing a byte: an atomic addition of
/// nothing, which no concurrent store can be lost in. Any thread.
///
/// On a page that takes no store (its file system has shut down after an error) a compiled addition is an
/// `InternalError`. Interpreted, it runs inside the JVM, which takes the fault for its own and ends the process: plain
/// loads and stores are guarded there, additions are not (JDK 25). So pages are touched only when additions take as
/// long as only compiled ones do: a fraction of a second after the first log of a process was opened, never under
/// `-Xint`. What remains is the one page that this is tried on.
final class PageTouch {
    private static final int BATCH = 200;
    /// Interpreted it takes 700 ns and more, compiled below 40.
    private static final int COMPILED_NS = 100;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static volatile boolean compiled;

    private PageTouch() {}

    /// Brings it nearer, if not, by touching one page again and again: one of the kind that is to be touched, for what
    /// was compiled for another kind of memory is not used for this.
    ///
    /// @return true if pages may be touched
    static boolean isReady(MemorySegment memory, long offset) {
        if (!compiled) {
            final long startNs = System.nanoTime();
            for (int i = 0; i < BATCH; i++) {
                touch(memory, offset);
            }
            compiled = System.nanoTime() - startNs < BATCH * COMPILED_NS;
        }
        return compiled;
    }

    /// @throws InternalError if the page takes no store
    static void touch(MemorySegment memory, long offset) {
        final long unused = (long) LONG.getAndAdd(memory, offset, 0L);
    }
}
