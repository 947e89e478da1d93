package io.seriatim.tools.store;

import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.Samples;

/// How a protocol says what a log holds. What it cannot say it counts. Parcels are filled by one thread at a time, and
/// written and packed by another one at the same time: what both see does not change.
interface Dialect {
    /// Puts one sample into a parcel.
    void sample(Labels series, Samples samples, int index, Parcel parcel);

    /// Puts a histogram into a parcel.
    void histogram(Labels series, long timestamp, Histogram histogram, Parcel parcel);

    /// Puts an exemplar into a parcel.
    void exemplar(Labels series, Exemplar exemplar, Parcel parcel);

    /// Learns what is known about a series, and puts it into a parcel where the protocol has words for it.
    void metadata(Labels series, Metadata metadata, Parcel parcel);

    /// Writes some elements of a chunk as they stand in a request. Requests are such pieces one after the other.
    ///
    /// @param from the first element
    /// @param to   behind the last
    void write(Chunk chunk, int from, int to, ProtoBuffer request);

    /// @return the request as it is sent
    byte[] pack(ProtoBuffer request);

    /// @return header names and values in turn, that go with every request
    String[] headers();

    /// @return what a positive answer says nevertheless, or null
    PartialSuccess partialSuccess(byte[] answer);

    /// Taken, but not all of it.
    ///
    /// @param rejected points; 0: it was only a warning
    /// @param message  the store's own
    record PartialSuccess(long rejected, String message) {}
}
