package io.seriatim.bench;

/// What one repetition measured, and how it is written down: one line of tab-separated values.
///
/// @param contender      its id
/// @param workload       what was appended
/// @param threads        producers
/// @param items          appended by all of them
/// @param nanos          from the first append to the end of the drain
/// @param bytes          logged
/// @param allocatedBytes by the producers
/// @param producerCpuNanos processor time of the producers, which a busy machine disturbs less than the clock
/// @param processCpuNanos  processor time of everything in the JVM
record Repetition(
        String contender,
        String workload,
        int threads,
        long items,
        long nanos,
        long bytes,
        long allocatedBytes,
        long producerCpuNanos,
        long processCpuNanos) {
    static final String TAG = "repetition";
    static final String HEADER = String.join(
            "\t",
            TAG,
            "contender",
            "workload",
            "threads",
            "items",
            "nanos",
            "bytes",
            "allocatedBytes",
            "producerCpuNanos",
            "processCpuNanos");

    double itemsPerSecond() {
        return items * 1e9 / nanos;
    }

    String line() {
        return String.join(
                "\t",
                TAG,
                contender,
                workload,
                Integer.toString(threads),
                Long.toString(items),
                Long.toString(nanos),
                Long.toString(bytes),
                Long.toString(allocatedBytes),
                Long.toString(producerCpuNanos),
                Long.toString(processCpuNanos));
    }

    static Repetition parse(String line) {
        final String[] fields = line.split("\t");
        return new Repetition(
                fields[1],
                fields[2],
                Integer.parseInt(fields[3]),
                Long.parseLong(fields[4]),
                Long.parseLong(fields[5]),
                Long.parseLong(fields[6]),
                Long.parseLong(fields[7]),
                Long.parseLong(fields[8]),
                Long.parseLong(fields[9]));
    }
}
