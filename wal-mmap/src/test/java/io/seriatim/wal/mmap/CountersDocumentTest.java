package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `COUNTERS.md` says of `counters.dat` what the code does.
class CountersDocumentTest {
    private static final Path PAGE = Path.of("COUNTERS.md");
    private static final Pattern HEADER_ROW = Pattern.compile("\\| (\\d+) \\| (\\d+) \\| `(\\w+)` \\|.*");
    private static final Pattern SHARD_ROW = Pattern.compile("\\| (\\d+) \\| `(\\w+)` \\|.*");

    @Test
    void shouldDescribeEveryFieldOfTheHeader() throws IOException {
        final Map<Integer, String> documented = new TreeMap<>();
        int end = 0;
        for (final String line : Files.readAllLines(PAGE)) {
            final Matcher row = HEADER_ROW.matcher(line);
            if (row.matches()) {
                final int offset = Integer.parseInt(row.group(1));
                assertEquals(end, offset, line);
                end = offset + Integer.parseInt(row.group(2));
                documented.put(offset, constant(row.group(3)) + "_OFFSET");
            }
        }

        assertEquals(constants("\\w+_OFFSET"), documented);
        assertTrue(end <= CountersLayout.HEADER_BYTES);
        assertTrue(Files.readString(PAGE)
                .contains("A header of " + CountersLayout.HEADER_BYTES + " bytes, then " + CountersLayout.SHARD_BYTES
                        + " bytes for each shard"));
    }

    @Test
    void shouldDescribeEveryFieldOfAShard() throws IOException {
        final Map<Integer, String> documented = new TreeMap<>();
        for (final String line : Files.readAllLines(PAGE)) {
            final Matcher row = SHARD_ROW.matcher(line);
            if (row.matches()) {
                documented.put(Integer.parseInt(row.group(1)), constant(row.group(2)));
            }
        }

        assertEquals(constants("(?!\\w+_OFFSET|HEADER_BYTES|SHARD_BYTES|VERSION)\\w+"), documented);
        assertEquals(WalCounters.Shard.class.getRecordComponents().length - 1, documented.size());
        assertTrue(CountersLayout.POISONED + Long.BYTES <= CountersLayout.SHARD_BYTES);
    }

    @Test
    void shouldNameMagicAndVersion() throws IOException {
        final byte[] magic = new byte[Long.BYTES];
        io.seriatim.wal.format.Bytes.putLong(magic, 0, CountersLayout.MAGIC);
        final String page = Files.readString(PAGE);

        assertTrue(page.contains("| `magic` | `" + new String(magic, StandardCharsets.US_ASCII) + "` |"));
        assertTrue(page.contains("| `version` | " + CountersLayout.VERSION + " |"));
    }

    private static String constant(String field) {
        return field.replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT);
    }

    private static Map<Integer, String> constants(String names) {
        final Map<Integer, String> constants = new TreeMap<>();
        for (final Field field : CountersLayout.class.getDeclaredFields()) {
            if (field.getType() == int.class && field.getName().matches(names)) {
                try {
                    assertEquals(null, constants.put(field.getInt(null), field.getName()), "two fields at one offset");
                } catch (IllegalAccessException failure) {
                    throw new AssertionError(failure);
                }
            }
        }
        return constants;
    }
}
