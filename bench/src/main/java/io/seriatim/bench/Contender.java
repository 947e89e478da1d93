package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Path;

/// A way to log a series object, used as its own documentation advises. One JVM runs one contender.
///
/// A repetition is [#begin], many [#append] from one or several threads, one [#drain]: the clock stops when that
/// returns, so nobody wins by leaving work undone. [#discard] is not timed.
interface Contender extends AutoCloseable {
    /// What a contender is opened with.
    ///
    /// @param directory empty
    /// @param shards    for one that has shards
    /// @param durable   whether [#appendDurably] will be called; many have to be set up for it
    /// @param replayed  whether [#replay] will be called: whoever reuses files must not
    record Setup(Path directory, int shards, boolean durable, boolean replayed) {}

    /// Opens what a repetition writes to. Not timed.
    void begin() throws IOException;

    /// Logs one item. Any thread.
    void append(BenchSeries series) throws IOException;

    /// Logs one sample of each series, scraped together. One thread.
    ///
    /// @param timestamp of all of them; one that has no batches takes the series' own
    default void scrape(BenchSeries[] series, long timestamp) throws IOException {
        for (final BenchSeries each : series) {
            append(each);
        }
    }

    /// Logs `count` items in a row, from index `from`, and returns when all of them survive power loss. Any thread.
    default void appendDurably(BenchSeries[] series, int from, int count) throws IOException {
        throw new UnsupportedOperationException("has no way to wait for the disk");
    }

    /// Returns when every byte appended so far is in the page cache at least. Called by one thread, when no other
    /// appends.
    void drain() throws IOException;

    /// @return bytes logged in this repetition; after [#drain]
    long bytes() throws IOException;

    /// Ends the writing for good, so that a whole log lies on the disk; only [#replay] and [#close] come after it. Not
    /// timed.
    default void seal() throws IOException {}

    /// Reads all that was logged, the way its documentation advises, again and again.
    ///
    /// @param threads     that may be used
    /// @param knownLabels whether a reader that hands on what stands for a set of labels may recognize what it has
    ///                    seen, as an engine would; if not, the bytes of every item's labels are read
    /// @return the sum over every item, each label and sample of it read
    default ReplaySum replay(int threads, boolean knownLabels) throws IOException {
        throw new UnsupportedOperationException("has no way to read its log");
    }

    /// Throws away what the repetition wrote. Not timed.
    void discard() throws IOException;

    /// Ends what all repetitions shared.
    @Override
    default void close() throws IOException {}
}
