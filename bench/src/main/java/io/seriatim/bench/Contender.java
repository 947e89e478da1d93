package io.seriatim.bench;

import java.io.IOException;

/// A way to log a series object, used as its own documentation advises. One JVM runs one contender.
///
/// A repetition is [#begin], many [#append] from one or several threads, one [#drain]: the clock stops when that
/// returns, so nobody wins by leaving work undone. [#discard] is not timed.
interface Contender extends AutoCloseable {
    /// Opens what a repetition writes to. Not timed.
    void begin() throws IOException;

    /// Logs one item. Any thread.
    void append(BenchSeries series) throws IOException;

    /// Returns when every byte appended so far is in the page cache at least.
    void drain() throws IOException;

    /// @return bytes logged in this repetition; after [#drain]
    long bytes() throws IOException;

    /// Throws away what the repetition wrote. Not timed.
    void discard() throws IOException;

    /// Ends what all repetitions shared.
    @Override
    default void close() throws IOException {}
}
