package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `FORMAT.md` says what the code does: every number in its tables, every byte in its examples. And this test can
/// fail: each of those numbers and bytes, changed, is noticed.
class FormatDocumentTest {
    private static final Pattern BYTE = Pattern.compile("\\b[0-9a-f]{2}\\b");

    private final List<String> lines = FormatDocument.readLines();

    @Test
    void shouldAgreeWithTheCode() {
        assertEquals(List.of(), FormatChecks.differences(new FormatDocument(lines)));
    }

    @Test
    void shouldNoticeAnyWrongNumberInATable() {
        int changes = 0;
        for (final List<FormatDocument.Row> rows :
                new FormatDocument(lines).tables().values()) {
            for (final FormatDocument.Row row : rows) {
                final List<String> cells = FormatDocument.cells(lines.get(row.line()));
                for (int column = 0; column < cells.size(); column++) {
                    if (FormatDocument.isNumber(cells.get(column))) {
                        assertNoticed(row.line(), withCell(cells, column, next(cells.get(column))));
                        changes++;
                    }
                }
            }
        }
        assertTrue(changes > 200, "numbers found in tables=" + changes);
    }

    @Test
    void shouldNoticeAMissingRow() {
        for (final List<FormatDocument.Row> rows :
                new FormatDocument(lines).tables().values()) {
            for (final FormatDocument.Row row : rows) {
                // Rows that are computed stand for themselves.
                if (!row.cells().keySet().toString().matches(".*(seed|CRC32C|zigzag|XXH3).*")) {
                    assertNoticed(row.line(), null);
                }
            }
        }
    }

    @Test
    void shouldNoticeAnyWrongByteInAnExample() {
        int changes = 0;
        for (final List<Integer> example : new FormatDocument(lines).examples().values()) {
            for (final int at : example) {
                final String line = lines.get(at);
                final int codeEnd = line.indexOf('#') < 0 ? line.length() : line.indexOf('#');
                final Matcher bytes = BYTE.matcher(line.substring(0, codeEnd));
                while (bytes.find()) {
                    final String other = bytes.group().equals("5a") ? "a5" : "5a";
                    assertNoticed(at, line.substring(0, bytes.start()) + other + line.substring(bytes.end()));
                    changes++;
                }
            }
        }
        assertTrue(changes > 400, "bytes found in examples=" + changes);
    }

    private void assertNoticed(int line, String changed) {
        final List<String> copy = new ArrayList<>(lines);
        if (changed == null) {
            copy.remove(line);
        } else {
            copy.set(line, changed);
        }
        assertFalse(
                FormatChecks.differences(new FormatDocument(copy)).isEmpty(),
                () -> "not noticed: line " + (line + 1) + ": " + lines.get(line) + " -> " + changed);
    }

    private static String withCell(List<String> cells, int column, String cell) {
        final List<String> copy = new ArrayList<>(cells);
        copy.set(column, cell);
        return "| " + String.join(" | ", copy) + " |";
    }

    private static String next(String number) {
        final long next = FormatDocument.parse(number) + 1;
        return number.startsWith("0x") ? "0x" + Long.toHexString(next) : Long.toString(next);
    }
}
