package io.seriatim.tools.demo;

/// The order in which a producer appends for its hosts: a cycle that repeats for ever.
///
/// A cycle is three scrapes of all hosts. A host is logged in another manner each time: its series one sample each
/// by handle, then all series together in a batch, then each series whole, four samples at once. So every series
/// gets six samples a cycle, and every manner meets every series.
final class Schedule {
    /// One way to append.
    enum Manner {
        HANDLE,
        BATCH,
        WHOLE
    }

    static final int SERIES_PER_HOST = 8;
    static final int SAMPLES_PER_WHOLE = 4;
    static final int SAMPLES_PER_CYCLE = 2 + SAMPLES_PER_WHOLE;

    private static final Manner[] MANNERS = Manner.values();

    private final int hosts;
    private final int[] steps; // each: first series * 3 + manner
    private final int[] stepOf; // of sample i of a cycle of series s, at s * SAMPLES_PER_CYCLE + i
    private final int[] firstSample; // of the series that a step appends to, within the cycle

    Schedule(int hosts) {
        this.hosts = hosts;
        final int perManner = hosts * SERIES_PER_HOST;
        steps = new int[2 * perManner + hosts];
        firstSample = new int[steps.length];
        stepOf = new int[perManner * SAMPLES_PER_CYCLE];
        final int[] samplesOf = new int[perManner];
        int step = 0;
        for (int scrape = 0; scrape < MANNERS.length; scrape++) {
            for (int host = 0; host < hosts; host++) {
                final Manner manner = MANNERS[(host + scrape) % MANNERS.length];
                final int firstSeries = host * SERIES_PER_HOST;
                final int together = manner == Manner.BATCH ? SERIES_PER_HOST : 1;
                for (int i = 0; i < SERIES_PER_HOST; i += together) {
                    steps[step] = (firstSeries + i) * MANNERS.length + manner.ordinal();
                    firstSample[step] = samplesOf[firstSeries + i];
                    for (int series = firstSeries + i; series < firstSeries + i + together; series++) {
                        for (int n = manner == Manner.WHOLE ? SAMPLES_PER_WHOLE : 1; n > 0; n--) {
                            stepOf[series * SAMPLES_PER_CYCLE + samplesOf[series]++] = step;
                        }
                    }
                    step++;
                }
            }
        }
    }

    int series() {
        return hosts * SERIES_PER_HOST;
    }

    /// @return how many appends a cycle has
    int steps() {
        return steps.length;
    }

    Manner manner(int step) {
        return MANNERS[steps[step] % MANNERS.length];
    }

    /// @return the series that a step appends to; of a batch the first of [#SERIES_PER_HOST]
    int series(int step) {
        return steps[step] / MANNERS.length;
    }

    /// @return which sample of its cycle a step appends first
    int firstSample(int step) {
        return firstSample[step];
    }

    /// @return the append that carries a sample of a series
    long append(int series, long sample) {
        final long cycle = sample / SAMPLES_PER_CYCLE;
        final int inCycle = (int) (sample - cycle * SAMPLES_PER_CYCLE);
        return cycle * steps.length + stepOf[series * SAMPLES_PER_CYCLE + inCycle];
    }

    /// @return how many samples of a series the first `appends` appends carry
    long samples(int series, long appends) {
        final long cycle = appends / steps.length;
        final int stepsOfLast = (int) (appends - cycle * steps.length);
        long samples = cycle * SAMPLES_PER_CYCLE;
        for (int i = 0; i < SAMPLES_PER_CYCLE && stepOf[series * SAMPLES_PER_CYCLE + i] < stepsOfLast; i++) {
            samples++;
        }
        return samples;
    }
}
