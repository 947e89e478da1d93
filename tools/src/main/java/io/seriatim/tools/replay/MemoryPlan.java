package io.seriatim.tools.replay;

import io.seriatim.tools.ByteSize;

/// How a command divides the heap that it was given. What is not listed here is for the Java that runs it.
///
/// @param bufferBytes for reading, all threads together
/// @param labelBytes  for the labels that reading has to remember; the others go to a temporary file
/// @param sortBytes   for sorting, of each sort
public record MemoryPlan(long bufferBytes, long labelBytes, long sortBytes) {
    /// The least heap that commands get by with.
    public static final long LEAST_BYTES = 16 << 20;

    private static final long LEAST_BUFFER_BYTES = 64 * 1024;

    /// @param sorts   how many sorts there are at once
    /// @throws IllegalArgumentException if it is too little
    public static MemoryPlan of(long memoryBytes, int threads, int sorts) {
        if (memoryBytes < LEAST_BYTES) {
            throw new IllegalArgumentException("memory must be at least " + ByteSize.text(LEAST_BYTES) + ": memory="
                    + ByteSize.text(memoryBytes) + " (--memory)");
        }
        final long buffers = memoryBytes / 8;
        if (buffers / LEAST_BUFFER_BYTES < threads) {
            throw new IllegalArgumentException("too many threads for the memory: threads=" + threads + " memory="
                    + ByteSize.text(memoryBytes) + " (--memory " + ByteSize.text(8 * LEAST_BUFFER_BYTES * threads)
                    + ", or fewer with --parallel)");
        }
        return new MemoryPlan(buffers, memoryBytes / 8, memoryBytes * 3 / 8 / Math.max(1, sorts));
    }

    /// @return what to tell the user when it was too little all the same
    public static String exceeded(long memoryBytes, OutOfMemoryError failure) {
        final long heapBytes = Math.min(memoryBytes, Runtime.getRuntime().maxMemory());
        return "out of memory: memory=" + ByteSize.text(heapBytes) + " cause=" + failure.getMessage()
                + " (a record is too large for it; give more, as with --memory "
                + 4 * Math.max(1, heapBytes >> 20) + "m)";
    }
}
