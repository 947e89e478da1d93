package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage.Verdict;
import io.seriatim.wal.ReplayReport;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VerifyTextTest {
    @Test
    void shouldSayWhatIsInEachShard() {
        assertEquals("""
            /data/wal: 5,000 samples in 1,200 records, timestamps in milliseconds, read in 0.25 s

            shard  segments  epochs    bytes  records  samples  orphans  definitions                 first                      last  durable      end  closed
                0         3       2  190,000    1,200    5,000        7           12  2023-11-14T22:13:20Z  2023-11-14T22:14:20.500Z  180,000  190,080     yes
                1         1       1        0        0        0        0            0                     -                         -    4,096    4,096     yes

            class  bytes  share  what
            all        0         in 0 files

            Sound: everything reads as it was written, and the log was closed cleanly. Nothing to do.
            """, text(Reports.sound(true)));
    }

    @Test
    void shouldSayWhenTheLogWasNotClosed() {
        final String text = text(Reports.sound(false));

        assertTrue(text.contains("was not closed: its writer is still running, or died"), text);
    }

    @Test
    void shouldSayWhatATornEndMeansAndWhatToDo() {
        final String text = text(Reports.damaged(Verdict.HARMLESS, Verdict.TORN));

        assertTrue(
                text.contains(
                        "\nTORN CHECKSUM in shard-000/0000000000000003.seg at offset 4096, 128 bytes: at most 3 records"
                                + " missing (a later mark asserts durability up to 80000)\n"),
                text);
        assertTrue(text.contains("\nTorn end: "), text);
        assertTrue(text.contains("Go on"), text);
    }

    @Test
    void shouldSayWhatDamageMeansAndWhatToDo() {
        for (final Verdict verdict : List.of(Verdict.LOST, Verdict.UNDETERMINED)) {
            final String text = text(Reports.damaged(Verdict.TORN, verdict));

            assertTrue(text.contains("\n" + verdict + " CHECKSUM in shard-000/"), text);
            assertTrue(text.contains("\nDamage: "), text);
            assertTrue(text.contains("seriatim replay /data/wal --policy salvage"), text);
        }
    }

    @Test
    void shouldSayWhenThereIsMoreDamageThanItLists() {
        final ReplayReport report = Reports.damaged(Verdict.TORN);
        final String text = text(new ReplayReport(report.shards(), report.damages(), 12_345, true));

        assertTrue(text.contains("and 12,345 more damaged ranges\n"), text);
        assertTrue(text.contains("\nDamage: "), text);
    }

    @Test
    void shouldSayWhenThereIsNothingYet() {
        assertTrue(
                text(new ReplayReport(List.of(), List.of(), 0, true)).contains("Sound: there is nothing in it yet."));
    }

    @Test
    void shouldColourWhatMattersWhenAsked() {
        final ReplayReport report = Reports.damaged(Verdict.LOST);

        assertFalse(text(report).contains("\u001b"));
        assertTrue(VerifyText.of(Reports.verification(report, null), true).contains("\u001b[31mLOST CHECKSUM"));
    }

    private static String text(ReplayReport report) {
        return VerifyText.of(Reports.verification(report, TimeUnit.MILLISECONDS), false);
    }
}
