package io.seriatim.tools;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A table in plain text: a header, rows, columns as wide as needed, numbers to the right.
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> left = new HashSet<>();

    /// @param header the names of the columns
    public Table(String... header) {
        rows.add(List.of(header));
    }

    /// Adds a row.
    ///
    /// @throws IllegalArgumentException if it has not one cell for each column
    public Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("cells do not match the header: cells=" + cells.length + " columns="
                    + rows.getFirst().size());
        }
        rows.add(List.of(cells));
        return this;
    }

    /// Sets a column of words to the left.
    public Table left(int column) {
        left.add(column);
        return this;
    }

    /// @return the cells, the header's first
    List<List<String>> rows() {
        return List.copyOf(rows);
    }

    @Override
    public String toString() {
        final int columns = rows.getFirst().size();
        final StringBuilder text = new StringBuilder();
        for (final List<String> row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                final String cell = row.get(column);
                final String padding = " ".repeat(width(column) - cell.length());
                line.append(column == 0 ? "" : GAP);
                if (left.contains(column)) {
                    line.append(cell).append(padding);
                } else {
                    line.append(padding).append(cell);
                }
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
