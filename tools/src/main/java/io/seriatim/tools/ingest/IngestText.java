package io.seriatim.tools.ingest;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.Table;
import java.util.Locale;

/// A result for people.
final class IngestText {
    private static final int REJECTS = 20;
    private static final int FILES = 50;

    private IngestText() {}

    static String of(IngestResult result) {
        final StringBuilder text = new StringBuilder();
        text.append(files(result)).append('\n');
        text.append(String.format(
                Locale.ROOT,
                "%s: %s of %s%s series in %.2f s (%.2f M samples/s, %s/s), durable%n",
                result.directory(),
                count(result.samples(), "sample", "samples"),
                result.seriesExact() ? "" : "about ",
                number(result.series()),
                result.seconds(),
                result.samples() / 1e6 / result.seconds(),
                ByteSize.text((long) (result.bytes() / result.seconds()))));
        if (result.stamped() > 0) {
            text.append(count(result.stamped(), "sample", "samples"))
                    .append(" had no timestamp and got the one of --timestamp\n");
        }
        if (result.rounded() > 0) {
            text.append(count(result.rounded(), "number was", "numbers were")).append(" rounded, as --round asks\n");
        }
        result.leftOutCounts()
                .forEach((kind, left) -> text.append("left out: ")
                        .append(number(left.count()))
                        .append(" x ")
                        .append(kind)
                        .append('\n'));
        result.rejects().kept().stream()
                .limit(REJECTS)
                .forEach(reject -> text.append(reject.torn() ? "torn: " : "rejected: ")
                        .append(reject)
                        .append('\n'));
        if (result.rejects().count() > REJECTS) {
            text.append(String.format(
                    Locale.ROOT, "and %,d rejects more%n", result.rejects().count() - REJECTS));
        }
        return text.append(result.meaning()).append('\n').toString();
    }

    private static Table files(IngestResult result) {
        final Table table = new Table("file", "format", "size", "records", "samples", "rejected");
        final int shown = result.files().size() > FILES ? FILES - 1 : FILES;
        result.files().stream().limit(shown).forEach(file -> row(table, file));
        if (result.files().size() > shown) {
            final var rest = result.files().subList(shown, result.files().size());
            row(
                    table,
                    new IngestResult.FileResult(
                            "(" + rest.size() + " more)",
                            null,
                            false,
                            rest.stream()
                                    .mapToLong(IngestResult.FileResult::bytes)
                                    .sum(),
                            rest.stream()
                                    .mapToLong(IngestResult.FileResult::records)
                                    .sum(),
                            rest.stream()
                                    .mapToLong(IngestResult.FileResult::samples)
                                    .sum(),
                            rest.stream()
                                    .mapToLong(IngestResult.FileResult::rejected)
                                    .sum()));
        }
        return table;
    }

    private static void row(Table table, IngestResult.FileResult file) {
        table.row(
                file.name(),
                (file.format() == null ? "-" : file.format()) + (file.compressed() ? ", gzip" : ""),
                ByteSize.text(file.bytes()),
                number(file.records()),
                number(file.samples()),
                number(file.rejected()));
    }

    private static String count(long count, String one, String many) {
        return number(count) + " " + (count == 1 ? one : many);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
