package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

@Tag("crash")
class VerifyPageTest {
    @TempDir
    private Path parent;

    @ParameterizedTest
    @EnumSource
    void shouldBeWellFormedAndNeedNothingElseWhateverHappenedToTheLog(Harm harm) throws Exception {
        final Path log = harm.make(parent.resolve("wal"));
        final Path file = parent.resolve("page.html");

        final Invocation verify = Invocation.of("verify", log, "--html", file);

        assertEquals(Invocation.of("verify", log).code(), verify.code(), verify.err());
        final String page = Files.readString(file);
        final Document document = parse(page);
        assertSelfContained(page, document);
        assertTrue(page.contains("prefers-color-scheme: dark"));
        assertEquals(page.contains("<h2>Damage</h2>"), harm.kind() != null, page);
        if (harm.kind() != null) {
            assertTrue(page.contains("<li>" + harm.verdict() + " " + harm.kind()), page);
        }
    }

    @Test
    void shouldDrawAStripForEverySegmentWithItsDamage() throws Exception {
        final Path log = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Path file = parent.resolve("page.html");

        Invocation.of("verify", log, "--html", file, "--quiet");

        final Document document = parse(Files.readString(file));
        int strips = 0;
        int lost = 0;
        final NodeList rows = document.getElementsByTagName("tr");
        for (int i = 0; i < rows.getLength(); i++) {
            final Element row = (Element) rows.item(i);
            if (row.getTextContent().contains(".seg")) {
                strips++;
                final boolean harmed = row.getTextContent().contains("shard-000/0000000000000001.seg");
                final boolean shown = hasRect(row, "c-lost");
                assertEquals(harmed, shown, row.getTextContent());
                assertTrue(hasRect(row, "c-header") && hasRect(row, "c-frame"), row.getTextContent());
                lost += shown ? 1 : 0;
            }
        }
        assertEquals(Logs.segments(log, 0).size() + Logs.segments(log, 1).size(), strips);
        assertEquals(1, lost);
    }

    private static boolean hasRect(Element row, String colour) {
        final NodeList rects = row.getElementsByTagName("rect");
        for (int i = 0; i < rects.getLength(); i++) {
            if (((Element) rects.item(i)).getAttribute("class").equals(colour)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldShowRatesBatchesAndLargestSeries() throws Exception {
        final Path log = Harm.NONE.make(parent.resolve("wal"));
        final Path file = parent.resolve("page.html");

        Invocation.of("verify", log, "--html", file);

        final String page = Files.readString(file);
        assertTrue(page.contains("<figcaption>records appended per second</figcaption>"), page);
        assertTrue(page.contains("<figcaption>largest batch, bytes</figcaption>"), page);
        // Six series, each with 400 samples and 40 more in batches.
        assertTrue(page.contains("<td class=\"number\">440</td><td class=\"number\">16.7 %</td>"), page);
    }

    @Test
    void shouldEscapeWhatComesFromOutside() throws Exception {
        final Path log = parent.resolve("<b>&\"wal");
        try (MappedWal wal = MappedWal.open(WalConfig.at(log).segmentBytes(8192))) {
            wal.series(Labels.of(
                            "__name__", "<script>alert(1)</script>\u0000\u001b\ufffe", "x", "]]>&amp;\ud83d\ude00"))
                    .append(1, 2);
        }
        final Path file = parent.resolve("page.html");

        final Invocation verify = Invocation.of("verify", log, "--html", file);

        assertEquals(0, verify.code(), verify.err());
        final Document document = parse(Files.readString(file));
        assertEquals(0, document.getElementsByTagName("script").getLength());
        assertEquals(0, document.getElementsByTagName("b").getLength());
        assertTrue(document.getDocumentElement().getTextContent().contains("<script>alert(1)</script>"));
        assertTrue(document.getDocumentElement().getTextContent().contains("\ud83d\ude00"));
    }

    @Test
    void shouldNotPutThePageIntoTheLog() throws IOException {
        final Path log = Harm.NONE.make(parent.resolve("wal"));
        final Map<Path, String> before = Logs.contents(log);

        final Invocation verify = Invocation.of("verify", log, "--html", log.resolve("page.html"));

        assertEquals(3, verify.code());
        assertTrue(verify.err().contains("must lie outside the log"), verify.err());
        assertEquals(before, Logs.contents(log));
    }

    @Test
    void shouldSayBeforeItReadsThatThereIsNoPlaceForThePage() throws IOException {
        final Path log = Harm.NONE.make(parent.resolve("wal"));

        final Invocation verify = Invocation.of("verify", log, "--html", parent.resolve("missing/page.html"));

        assertEquals(3, verify.code());
        assertTrue(verify.err().startsWith("seriatim: no directory to put the page in"), verify.err());
        assertEquals("", verify.out());
    }

    private static Document parse(String page) throws Exception {
        assertTrue(page.startsWith("<!DOCTYPE html>"), page);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page.replaceFirst("<!DOCTYPE html>", ""))));
    }

    private static void assertSelfContained(String page, Document document) {
        for (final String name : new String[] {"script", "link", "img", "iframe", "object", "embed", "base"}) {
            assertEquals(0, document.getElementsByTagName(name).getLength(), name);
        }
        final NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            for (final String attribute : new String[] {"src", "href", "xlink:href", "style", "onload", "onclick"}) {
                assertFalse(((Element) all.item(i)).hasAttribute(attribute), attribute);
            }
        }
        assertFalse(Pattern.compile("https?://|url\\(|@import").matcher(page).find(), page);
    }
}
