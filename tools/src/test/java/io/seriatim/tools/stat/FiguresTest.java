package io.seriatim.tools.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void shouldSayHowGoodAnEstimateIs() {
        assertEquals("1,234", Figures.estimate(Estimate.exact(1234)));
        assertEquals("~1,000 ±2.0 %", Figures.estimate(new Estimate(1000, 990, 1020)));
        assertEquals("~1,000,000 ±0.025 %", Figures.estimate(new Estimate(1_000_000, 999_750, 1_000_001)));
        assertEquals("~10 ±over 100 %", Figures.estimate(new Estimate(10, 0, 90)));
        assertEquals("~0 ±over 100 %", Figures.estimate(new Estimate(0, 0, 7)));
    }

    @Test
    void shouldSayNothingSmallerThanWhatWasSeen() {
        assertEquals(Estimate.exact(5), Estimate.ofSample(5, 0));
        assertEquals(80, Estimate.ofSample(5, 4).value());
        assertTrue(Estimate.ofSample(5, 4).low() >= 5);
        assertTrue(Estimate.ofSample(0, 4).high() > 0, "none seen does not mean none there");
    }

    @Test
    void shouldGiveSpansTheirUnits() {
        assertEquals("0.250 s", Figures.span(0.25));
        assertEquals("59 s", Figures.span(59));
        assertEquals("1 m 0 s", Figures.span(59.9));
        assertEquals("5 m 1 s", Figures.span(301));
        assertEquals("2 h 30 m", Figures.span(9000));
        assertEquals("1,000 d 2 h", Figures.span(1000 * 86_400 + 7300));
        assertEquals("-", Figures.span(Double.NaN));
    }

    @Test
    void shouldTellHowLongReadingWillGoOn() {
        assertEquals(
                "read 1.0 GiB of 4.0 GiB (25 %), 512.0 MiB/s, 6.00 s left",
                Reading.text(1L << 30, 4L << 30, 2_000_000_000L));
        assertEquals("read 0 B of 0 B", Reading.text(0, 0, 5));
    }

    @Test
    void shouldDoNothingToATerminal() {
        final String shown = Figures.plain("a\u001b[31mred\n" + "x".repeat(500));

        assertTrue(shown.startsWith("a?[31mred?x"), shown);
        assertTrue(shown.length() < 200, shown);
    }

    @Test
    void shouldShowTheBeginningOfOneLabelThatIsTooLong() {
        final SeriesName name = SeriesName.of(Labels.of("only", "\ud83d\ude00".repeat(1000)));

        assertTrue(name.isCut());
        assertEquals(64, name.labels().get("only").length());
    }
}
