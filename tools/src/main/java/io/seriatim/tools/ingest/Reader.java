package io.seriatim.tools.ingest;

import java.io.IOException;

/// Reads one format into a [Session]. Lives as long as the run, so that what it learnt of one file serves the next.
interface Reader {
    /// Reads a whole input. What cannot be taken is told to the session.
    ///
    /// @return how many lines, or records, there were
    /// @throws IOException if the input cannot be read on
    long read(Input input, Source source) throws IOException;
}
