package io.seriatim.bench;

import picocli.CommandLine.Option;

/// A program that measures whichever contender it is told to.
abstract class ContenderProgram extends Program {
    @Option(names = "--workload", defaultValue = "W1", description = "${COMPLETION-CANDIDATES}")
    Workload workload;

    @Option(names = "--shards", defaultValue = "1", description = "for contenders that have shards")
    int shards;

    @Override
    final void measure() throws Exception {
        final Contender.Setup setup = new Contender.Setup(directory, shards, isDurable(), isReplayed());
        try (Contender contender = kind.open(setup)) {
            measure(contender, workload.series());
        }
    }

    boolean isDurable() {
        return false;
    }

    boolean isReplayed() {
        return false;
    }

    abstract void measure(Contender contender, BenchSeries[] series) throws Exception;
}
