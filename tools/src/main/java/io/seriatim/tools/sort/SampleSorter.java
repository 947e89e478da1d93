package io.seriatim.tools.sort;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Sorts samples by series and time in bounded memory. Thread-safe up to [#sorted()].
///
/// What fills the memory is sorted and written to a temporary file as a run; at the end the runs are merged, at
/// most so many at once as there is memory for buffers. A run holds the labels of a series once, so the file
/// takes 16 bytes a sample and the labels of each series as often as there are runs that have it.
///
/// The file has no name while it is in use, so that nothing is left behind however the process ends.
public final class SampleSorter implements AutoCloseable {
    /// The least memory that a sort can do with.
    public static final long LEAST_MEMORY_BYTES = 1 << 20;

    private static final int LEAST_BUFFER_BYTES = 64 * 1024;
    private static final int MOST_RUNS_AT_ONCE = 256;

    private final Path directory;
    private final Path name;
    private final FileChannel file;
    private final int runsAtOnce;
    private final List<RunWriter.Run> runs = new ArrayList<>();
    private RunBuffer buffer;
    private long samples;

    private SampleSorter(Path directory, long memoryBytes) throws IOException {
        this.directory = directory;
        this.name = Files.createTempFile(directory, "seriatim-sort-", ".tmp");
        this.file = FileChannel.open(
                name, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        Files.deleteIfExists(name);
        this.runsAtOnce = Math.clamp(memoryBytes / 2 / LEAST_BUFFER_BYTES, 2, MOST_RUNS_AT_ONCE);
        this.buffer = new RunBuffer(Math.max(memoryBytes, LEAST_MEMORY_BYTES));
    }

    /// Makes a sorter.
    ///
    /// @param directory for the temporary file
    /// @throws UncheckedIOException if nothing can be made there
    public static SampleSorter in(Path directory, long memoryBytes) {
        try {
            return new SampleSorter(directory, memoryBytes);
        } catch (IOException failure) {
            throw failed("make", directory, failure);
        }
    }

    private static UncheckedIOException failed(String what, Path directory, IOException failure) {
        return new UncheckedIOException(new IOException(
                "cannot " + what + " a temporary file: directory=" + directory + " cause=" + failure.getMessage()
                        + " (choose another with --temp)",
                failure));
    }

    /// Adds samples of a series; without samples the series alone.
    ///
    /// @throws UncheckedIOException if the temporary file cannot be written
    public synchronized void add(Labels series, Samples samples) {
        this.samples += samples.count();
        int done = 0;
        int next = buffer.add(series, samples, done);
        while (next != samples.count()) {
            done = Math.max(done, next);
            spill();
            next = buffer.add(series, samples, done);
        }
    }

    /// Adds one sample under any key.
    ///
    /// @throws UncheckedIOException if the temporary file cannot be written
    public synchronized void add(byte[] key, long timestamp, long bits) {
        samples++;
        if (!buffer.add(key, timestamp, bits)) {
            spill();
            buffer.add(key, timestamp, bits);
        }
    }

    private void spill() {
        try {
            final RunWriter run = new RunWriter(file, LEAST_BUFFER_BYTES);
            buffer.writeTo(run);
            runs.add(run.finish());
            buffer.clear();
        } catch (IOException failure) {
            throw failed("write", directory, failure);
        }
    }

    /// Ends adding.
    ///
    /// @return everything that was added
    /// @throws UncheckedIOException if the temporary file cannot be written or read
    public synchronized SortedSamples sorted() {
        if (buffer != null && !buffer.isEmpty()) {
            spill();
        }
        buffer = null; // the memory is for reading now
        try {
            while (runs.size() > runsAtOnce) {
                final List<RunWriter.Run> merged = new ArrayList<>();
                for (int from = 0; from < runs.size(); from += runsAtOnce) {
                    merged.add(merge(runs.subList(from, Math.min(from + runsAtOnce, runs.size()))));
                }
                runs.clear();
                runs.addAll(merged);
            }
            return new SortedSamples(readers(runs));
        } catch (IOException failure) {
            throw failed("read", directory, failure);
        }
    }

    private List<RunReader> readers(List<RunWriter.Run> some) {
        final List<RunReader> readers = new ArrayList<>();
        for (final RunWriter.Run run : some) {
            readers.add(new RunReader(file, run, readers.size(), LEAST_BUFFER_BYTES));
        }
        return readers;
    }

    private RunWriter.Run merge(List<RunWriter.Run> some) throws IOException {
        final SortedSamples sorted = new SortedSamples(readers(some));
        final RunWriter run = new RunWriter(file, LEAST_BUFFER_BYTES);
        while (sorted.nextSeries()) {
            run.series(sorted.key(), 0, sorted.keyLength(), sorted.count());
            while (sorted.nextSample()) {
                run.sample(sorted.timestamp(), sorted.valueBits());
            }
        }
        return run.finish();
    }

    /// @return how many samples were added
    public synchronized long samples() {
        return samples;
    }

    /// @return bytes of the temporary file
    public synchronized long temporaryBytes() {
        try {
            return file.size();
        } catch (IOException failure) {
            throw failed("read", directory, failure);
        }
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException failure) {
            throw failed("close", directory, failure);
        }
    }
}
