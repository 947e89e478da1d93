package io.seriatim.tools.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "api", "instance", "host-1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                " up { } ",
                "{}",
                "up{job=\"api\"}",
                "up{job='api',instance=`host-1`,}",
                "{__name__=\"up\"}",
                "{\"up\"}",
                "{\"up\", \"job\" = \"api\"}",
                "{job=~\"a.i|web\"}",
                "{job=~\"\"\"api\"\"\"}"
            })
    void shouldMatchAsPrometheusDoes(String selector) {
        if (selector.contains("\"\"\"")) {
            assertThrows(BadSelectorException.class, () -> matches(selector, UP));
            return;
        }
        assertTrue(matches(selector, UP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "down",
                "u",
                "up{job=\"ap\"}",
                "up{job!=\"api\"}",
                "up{job=~\"ap\"}",
                "up{job=~\"pi\"}",
                "up{job!~\"a.*\"}",
                "up{job=\"api\",instance=\"host-2\"}",
                "{job=~\"API\"}",
                "{\"job\"}"
            })
    void shouldLeaveOutAsPrometheusDoes(String selector) {
        assertFalse(matches(selector, UP));
    }

    @Test
    void shouldTakeALabelThatIsNotThereForEmpty() {
        final Labels empty = Labels.of("__name__", "up", "mode", "");

        for (final Labels series : List.of(UP, empty)) {
            assertTrue(matches("{mode=\"\"}", series));
            assertTrue(matches("{mode!=\"idle\"}", series));
            assertTrue(matches("{mode=~\".*\"}", series));
            assertTrue(matches("{mode=~\"|idle\"}", series));
            assertTrue(matches("{mode!~\"idle|iowait\"}", series));
            assertFalse(matches("{mode!=\"\"}", series));
            assertFalse(matches("{mode=~\".+\"}", series));
            assertFalse(matches("{mode!~\".*\"}", series));
        }
    }

    @Test
    void shouldLetADotMatchALineFeedAndReadEscapes() {
        final Labels odd = Labels.of("a", "x\ny", "b", "\"Ω\\'", "c", "😀\t");

        assertTrue(matches("{a=~\"x.y\"}", odd));
        assertTrue(matches("{a=\"x\\ny\"}", odd));
        assertTrue(matches("{b=\"\\\"\\u03a9\\\\'\"}", odd));
        assertTrue(matches("{b='\"\\xce\\xa9\\\\\\''}", odd));
        assertTrue(matches("{b='\"\\316\\251\\\\\\''}", odd));
        assertTrue(matches("{c=\"\\U0001f600\\t\"}", odd));
        assertTrue(matches("{b=~`\"Ω\\\\'`}", odd));
    }

    @Test
    void shouldMatchAnyOfSeveralSelectors() {
        final Selection either = Selection.of(List.of("down", "{instance=\"host-1\"}"));

        assertTrue(either.matches(UP));
        assertFalse(either.matches(Labels.of("__name__", "up", "instance", "host-2")));
        assertTrue(Selection.of(List.of()).matches(UP));
        assertTrue(Selection.of(List.of("up", "{}")).isEverything());
        assertFalse(either.isEverything());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "}",
                "up{",
                "up{job}",
                "up{job=api}",
                "up{job=\"api\"",
                "up{job=\"api\"}x",
                "up{job=\"api\" mode=\"x\"}",
                "up{=\"api\"}",
                "up{job==\"api\"}",
                "up{job=\"api}",
                "up{job=\"\\q\"}",
                "up{job=\"\\xff\"}",
                "up{job=\"\\ud800\"}",
                "up{job=\"\\U00110000\"}",
                "up{job=\"\\400\"}",
                "up{job=~\"(\"}",
                "up{job=~\"(?=x)\"}",
                "up{__name__=\"down\"}",
                "{\"a\",\"b\"}",
                "3up",
                "up,down",
                "{1a=\"x\"}",
                "{a:b=\"x\"}"
            })
    void shouldSayWhereASelectorMakesNoSense(String selector) {
        final BadSelectorException bad =
                assertThrows(BadSelectorException.class, () -> Selection.of(List.of(selector)));

        assertTrue(bad.getMessage().contains("at="), bad.getMessage());
        assertEquals(1, bad.getMessage().lines().count());
    }

    /// What makes other engines backtrack for ever ends at once here.
    @Test
    void shouldMatchInLinearTimeWhateverThePattern() {
        final Labels hostile = Labels.of("a", "a".repeat(30_000) + "!");

        assertFalse(matches("{a=~\"(a+)+\"}", hostile));
        assertFalse(matches("{a=~\"(a|aa)*b\"}", hostile));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a{1000}){1000}",
                "((a{100}){100}){100}",
                "((([ab]{9}){9}){9}){9}",
                "(\\\\pL{1000}){6}",
                "(?:x{900}y{900}){3}",
                "[[:alpha:]\\\\]{5]{900}[]{]{900}[^]a]{900}z{900}"
            })
    void shouldRefusePatternsThatWouldFillTheMemory(String regex) {
        final BadSelectorException bad =
                assertThrows(BadSelectorException.class, () -> Selection.of(List.of("{a=~\"" + regex + "\"}")));

        assertTrue(bad.getMessage().contains("too large"), bad.getMessage());
    }

    @Test
    void shouldRefusePatternsThatAreTooDeepOrTooLong() {
        final String deep = "(".repeat(100_000) + ")".repeat(100_000);

        assertThrows(BadSelectorException.class, () -> Selection.of(List.of("{a=~\"" + deep + "\"}")));
        assertThrows(BadSelectorException.class, () -> Selection.of(List.of("{a=~\"" + "x".repeat(100_000) + "\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x{2,3}y{4}", "a{,2}", "\\\\Q{1000}{1000}\\\\E", "[{]{1000}", "(ab){500}", "{", "x{1000}"})
    void shouldTakePatternsOfEverydaySize(String regex) {
        assertFalse(matches("{a=~\"" + regex + "\"}", UP));
    }

    private static boolean matches(String selector, Labels series) {
        return Selection.of(List.of(selector)).matches(series);
    }
}
