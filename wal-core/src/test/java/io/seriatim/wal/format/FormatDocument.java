package io.seriatim.wal.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `FORMAT.md`, as far as a program can read it: the tables under `<!-- table: name -->`, and the fenced blocks.
final class FormatDocument {
    private static final Path FILE = Path.of("FORMAT.md");
    private static final String TABLE = "<!-- table: ";
    private static final String FENCE = "```";

    private final Map<String, List<Row>> tables = new LinkedHashMap<>();
    private final Map<String, List<Integer>> blocks = new LinkedHashMap<>();
    private final List<String> lines;

    /// One row of a table.
    ///
    /// @param line  where it stands
    /// @param cells by column name, without backticks
    record Row(int line, Map<String, String> cells) {
        String text(String column) {
            return cells.getOrDefault(column, "");
        }

        /// @return the cell's number, decimal or hexadecimal, or -1 if it has none
        long number(String column) {
            return isNumber(text(column)) ? parse(text(column)) : -1;
        }
    }

    FormatDocument(List<String> lines) {
        this.lines = lines;
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i);
            if (line.startsWith(TABLE)) {
                final String name = line.substring(TABLE.length(), line.indexOf(" -->"));
                i = table(tables.computeIfAbsent(name, _ -> new ArrayList<>()), i + 1);
            } else if (line.startsWith(FENCE)) {
                i = block(blocks.computeIfAbsent(line.substring(FENCE.length()), _ -> new ArrayList<>()), i + 1);
            }
        }
    }

    static List<String> readLines() {
        try {
            return Files.readAllLines(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int table(List<Row> rows, int first) {
        final List<String> columns = cells(lines.get(first));
        int at = first + 2;
        for (; at < lines.size() && lines.get(at).startsWith("|"); at++) {
            final List<String> cells = cells(lines.get(at));
            final Map<String, String> row = new LinkedHashMap<>();
            for (int column = 0; column < columns.size(); column++) {
                row.put(columns.get(column), cells.get(column).replace("`", ""));
            }
            rows.add(new Row(at, row));
        }
        return at;
    }

    private int block(List<Integer> block, int first) {
        int at = first;
        for (; !lines.get(at).equals(FENCE); at++) {
            block.add(at);
        }
        return at;
    }

    static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    static boolean isNumber(String text) {
        return text.matches("-?\\d+|0x[0-9a-f]+");
    }

    static long parse(String number) {
        return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
    }

    Map<String, List<Row>> tables() {
        return tables;
    }

    /// @return a table's rows; none if there is no such table
    List<Row> table(String name) {
        return tables.getOrDefault(name, List.of());
    }

    /// @return the lines of all blocks of a language, one after the other
    String code(String language) {
        return String.join(
                "\n",
                blocks.getOrDefault(language, List.of()).stream()
                        .map(lines::get)
                        .toList());
    }

    /// @return names of the blocks of hexadecimal bytes, and the lines that they take
    Map<String, List<Integer>> examples() {
        final Map<String, List<Integer>> examples = new LinkedHashMap<>();
        blocks.forEach((name, block) -> {
            if (name.startsWith("hex ")) {
                examples.put(name.substring("hex ".length()), block);
            }
        });
        return examples;
    }

    /// @return the bytes of an example; `00 * 12` stands for twelve zeros, `#` starts a remark
    byte[] example(String name) {
        final StringBuilder hex = new StringBuilder();
        for (final int line : examples().get(name)) {
            final String[] code = lines.get(line).replaceFirst("#.*", "").split("\\*");
            hex.append(code[0].replace(" ", "").repeat(code.length > 1 ? Integer.parseInt(code[1].strip()) : 1));
        }
        return HexFormat.of().parseHex(hex);
    }

    /// @return the remarks of an example
    String remarks(String name) {
        final StringBuilder remarks = new StringBuilder();
        for (final int line : examples().get(name)) {
            remarks.append(lines.get(line).replaceFirst("^[^#]*", ""));
        }
        return remarks.toString();
    }
}
