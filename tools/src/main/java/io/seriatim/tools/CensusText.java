package io.seriatim.tools;

import io.seriatim.tools.anatomy.ByteClass;
import io.seriatim.tools.anatomy.Census;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Where the bytes of a log's directory went, for people.
final class CensusText {
    private static final int STRANGERS_SHOWN = 10;

    private CensusText() {}

    static String of(Census census, Path log) {
        final Table table = new Table("class", "bytes", "share", "what");
        table.left(0).left(3);
        for (final ByteClass kind : ByteClass.values()) {
            final long bytes = census.bytes().of(kind);
            if (bytes > 0) {
                table.row(
                        kind.label(),
                        String.format(Locale.ROOT, "%,d", bytes),
                        String.format(
                                Locale.ROOT,
                                "%.1f %%",
                                100.0 * bytes / census.bytes().total()),
                        kind.meaning());
            }
        }
        table.row(
                "all",
                String.format(Locale.ROOT, "%,d", census.bytes().total()),
                census.bytes().total() == 0 ? "" : "100.0 %",
                String.format(Locale.ROOT, "in %,d files", census.files().size()));
        return table + strangers(census.strangers(), log);
    }

    private static String strangers(List<Path> strangers, Path log) {
        if (strangers.isEmpty()) {
            return "";
        }
        final StringBuilder text = new StringBuilder("\nNot of this log, and left alone:\n");
        strangers.stream()
                .limit(STRANGERS_SHOWN)
                .forEach(file -> text.append("  ")
                        .append(Findings.printable(log.relativize(file).toString()))
                        .append('\n'));
        if (strangers.size() > STRANGERS_SHOWN) {
            text.append(String.format(Locale.ROOT, "  and %,d more%n", strangers.size() - STRANGERS_SHOWN));
        }
        return text.toString();
    }
}
