package io.seriatim.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.Damage.Kind;
import io.seriatim.wal.Damage.Verdict;
import io.seriatim.wal.ReplayReport.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayReportTest {
    @ParameterizedTest
    @DisplayName("P4: a torn tail is told apart from lost durable data")
    @CsvSource({
        "'', SOUND",
        "HARMLESS, SOUND",
        "TORN, TORN",
        "LOST, DAMAGED",
        "UNDETERMINED, DAMAGED",
        "HARMLESS TORN, TORN",
        "TORN HARMLESS, TORN",
        "LOST TORN HARMLESS, DAMAGED",
        "TORN UNDETERMINED, DAMAGED"
    })
    void shouldBeInTheStateOfTheWorstDamage(String verdicts, State expected) {
        final List<Damage> damages = Arrays.stream(verdicts.split(" "))
                .filter(verdict -> !verdict.isEmpty())
                .map(verdict -> damage(Verdict.valueOf(verdict), ""))
                .toList();

        assertEquals(expected, new ReplayReport(List.of(), damages, 0, true).state());
    }

    @Test
    void shouldBeDamagedWhenMoreWasDamagedThanItLists() {
        assertEquals(State.DAMAGED, new ReplayReport(List.of(), List.of(), 1, true).state());
    }

    @Test
    void shouldAddUpTheShards() {
        final ReplayReport report = new ReplayReport(List.of(shard(0), shard(1)), List.of(), 0, true);

        assertEquals(2 * 11, report.records());
        assertEquals(2 * 13, report.samples());
        assertEquals(2 * 17, report.orphans());
    }

    @Test
    void shouldKeepItsListsWhenTheSourceChanges() {
        final List<Damage> damages = new ArrayList<>();
        final ReplayReport report = new ReplayReport(List.of(), damages, 0, true);

        damages.add(damage(Verdict.LOST, ""));

        assertEquals(State.SOUND, report.state());
    }

    @Test
    void shouldPrintADamageAsOneLineWithItsNumbers() {
        assertEquals(
                "LOST CHECKSUM: file=shard-000/0000000000000007.seg offset=4096 length=32 maxRecords=1",
                damage(Verdict.LOST, "").toString());
        assertEquals(
                "TORN CHECKSUM: file=shard-000/0000000000000007.seg offset=4096 length=32 maxRecords=1 zeros",
                damage(Verdict.TORN, "zeros").toString());
    }

    private static Damage damage(Verdict verdict, String detail) {
        return new Damage(
                Path.of("shard-000", "0000000000000007.seg"), 0, 4096, 32, 8192, Kind.CHECKSUM, verdict, 1, detail);
    }

    private static ReplayReport.Shard shard(int shard) {
        return new ReplayReport.Shard(shard, 1, 0, 1, 4096, 11, 13, 17, 2, 0, 9, 4096, 8192, true);
    }
}
