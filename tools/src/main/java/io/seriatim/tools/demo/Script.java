package io.seriatim.tools.demo;

import io.seriatim.wal.Labels;

/// What one producer appends in one round, as far as it gets: every sample of it, known beforehand or told while it
/// is appended. Appends are numbered from 0 in the order of the producer; so are the samples of a series.
interface Script {
    /// @return who appends, for people
    String name();

    /// @return the number of series; no other script of the round has any of them
    int series();

    /// @return the labels of a series
    Labels labels(int series);

    /// @return whether this sample may have been appended at all
    boolean known(int series, long sample);

    /// @return the timestamp of a known sample
    long timestamp(int series, long sample);

    /// @return the raw bits of a known sample's value
    long valueBits(int series, long sample);

    /// @return the append that carries a known sample
    long append(int series, long sample);

    /// @return how many samples of a series are in the first `appends` appends
    long samples(int series, long appends);

    /// @return a known sample with this timestamp, or -1
    long find(int series, long timestamp);

    /// @return how many samples of all series are in the first `appends` appends
    default long samples(long appends) {
        long samples = 0;
        for (int series = 0; series < series(); series++) {
            samples += samples(series, appends);
        }
        return samples;
    }
}
