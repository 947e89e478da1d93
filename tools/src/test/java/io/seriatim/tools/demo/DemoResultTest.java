package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.ReportDocument;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoResultTest {
    private static final RoundResult ROUND = new RoundResult(
            1, 2.5, 5_000_000, 15_000_000, 14_000_000, 15_000_123, 41, ReplayReport.State.SOUND, 0.05, 15_000_123, 1.5);

    @Test
    void shouldHaveTheFieldsThatItsDocumentDescribes() throws Exception {
        final Counterexample counterexample = new Counterexample(Counterexample.Kind.MISSING, "sample 7");

        ReportDocument.assertDescribes(
                "demo", DemoJson.of(new DemoResult(7, List.of(ROUND), counterexample, Path.of("/tmp/wal"))));
    }

    @Test
    void shouldSayWhatWasProved() {
        final String text = DemoText.of(new DemoResult(7, List.of(ROUND), null, null));

        assertEquals("""
            round  logged s  appends/s  samples/s     durable    returned       found   tail  recovery ms  replay M samples/s
                1       2.5  2,000,000  6,000,000  14,000,000  15,000,000  15,000,123  sound           50                10.0

            Held through 1 kill: the 5,000,000 appends that had returned (15,000,000 samples, 14,000,000 of them acknowledged\
             durable) are all there, each once, bit for bit and in order; the other 123 samples found were on their way, and\
             there is nothing else.
            """, text);
    }

    @Test
    void shouldSayWhatDidNotHold() {
        final DemoResult result = new DemoResult(
                7, List.of(), new Counterexample(Counterexample.Kind.DOUBLED, "sample 7 of up"), Path.of("/tmp/wal"));

        assertTrue(DemoText.of(result).endsWith("A promise did not hold. DOUBLED: sample 7 of up\n"));
    }
}
