package io.seriatim.tools.demo;

import java.util.List;
import java.util.function.ToLongFunction;

/// One life of the child: what each of its producers did.
///
/// @param number  from 1 on
/// @param ledgers one for each producer
record Round(int number, List<Ledger> ledgers) {
    Round {
        ledgers = List.copyOf(ledgers);
    }

    long appendsReturned() {
        return sum(Ledger::returned);
    }

    boolean somethingIsDurable() {
        return ledgers.stream().anyMatch(ledger -> ledger.durable() > 0);
    }

    long samplesReturned() {
        return sum(ledger -> ledger.script().samples(ledger.returned()));
    }

    long samplesDurable() {
        return sum(ledger -> ledger.script().samples(ledger.durable()));
    }

    long samplesFound() {
        return sum(Ledger::samplesFound);
    }

    /// @return appends that were found although nobody had said that they returned: they were on their way
    long appendsBeyond() {
        return sum(ledger -> Math.max(0, ledger.appendsFound() - ledger.returned()));
    }

    private long sum(ToLongFunction<Ledger> what) {
        return ledgers.stream().mapToLong(what).sum();
    }
}
