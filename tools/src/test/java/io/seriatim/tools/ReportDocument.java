package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `REPORT.md`, read as what it promises: a table of fields under the heading of each command. Rows look like
/// "| `shards[].end` | integer | ... |".
public final class ReportDocument {
    private static final Path DOCUMENT = Path.of("REPORT.md");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([a-z, ]+) \\|.*");

    private ReportDocument() {}

    /// Checks that the table and the report have the same fields, in the same order, of the same types.
    public static void assertDescribes(String command, String report) throws IOException {
        final Map<String, String> documented = documented(command);
        final JsonNode root = new ObjectMapper().readTree(report);
        final Map<String, String> found = new TreeMap<>();
        collect("", root, found);

        assertEquals(new TreeMap<>(documented).keySet(), found.keySet(), "fields of " + command);
        found.forEach((field, type) -> assertEquals(
                true,
                java.util.List.of(documented.get(field).split(", ")).containsAll(java.util.List.of(type.split(", "))),
                command + " " + field + ": documented " + documented.get(field) + ", found " + type));
    }

    private static Map<String, String> documented(String command) throws IOException {
        final Map<String, String> fields = new TreeMap<>();
        boolean inside = false;
        for (final String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) {
                inside = line.startsWith("## `seriatim " + command + " ");
            }
            final Matcher row = ROW.matcher(line);
            if (inside && row.matches()) {
                assertEquals(null, fields.put(row.group(1), row.group(2)), "documented twice: " + row.group(1));
            }
        }
        return fields;
    }

    private static void collect(String path, JsonNode node, Map<String, String> fields) {
        node.properties().forEach(field -> {
            final String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            final JsonNode value = field.getValue();
            fields.merge(name, type(value), (a, b) -> a.contains(b) ? a : a + ", " + b);
            if (value.isArray()) {
                value.forEach(element -> collect(name + "[]", element, fields));
            } else if (!field.getKey().equals("labels")) { // whose fields are the log's names, not ours
                collect(name, value, fields);
            }
        });
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case ARRAY -> "array";
            default -> "object";
        };
    }
}
