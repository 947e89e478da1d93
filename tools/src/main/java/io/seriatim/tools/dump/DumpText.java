package io.seriatim.tools.dump;

import java.util.List;
import java.util.Locale;

/// A file taken apart, for people.
final class DumpText {
    private static final String DIM = "\u001b[2m";
    private static final String RED = "\u001b[31m";
    private static final String BOLD = "\u001b[1m";
    private static final String RESET = "\u001b[0m";
    private static final int HEX_WIDTH = 23;
    private static final int NAME_WIDTH = 12;

    private final DumpedFile file;
    private final boolean brief;
    private final boolean colours;

    /// @param brief one line a part
    DumpText(DumpedFile file, boolean brief, boolean colours) {
        this.file = file;
        this.brief = brief;
        this.colours = colours;
    }

    String text() {
        final StringBuilder text = new StringBuilder(title());
        for (final Part part : file.finder().parts()) {
            text.append(brief ? "" : "\n").append(line(part)).append('\n');
            if (!brief) {
                final byte[] bytes = file.bytes(part);
                final List<Field> fields = file.fields(part, bytes);
                fields.forEach(field -> text.append(line(field, bytes)));
            }
        }
        if (file.finder().beyond() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "%sand %,d parts more: --limit N, --frame N, --at OFFSET%n",
                    brief ? "" : "\n",
                    file.finder().beyond()));
        }
        return text.toString();
    }

    private String title() {
        if (file.segment() == null) {
            return String.format(Locale.ROOT, "%s: %,d bytes%n", file.file(), file.bytes());
        }
        final String problem = file.segment().problem() == null
                ? ""
                : String.format(
                        "%s: %s%s%n",
                        file.segment().problem(),
                        file.segment().detail(),
                        file.segment().isInferred() ? " (read with what its neighbours say)" : "");
        final String frames = file.segment().header() == null
                ? "no readable header, so its frames cannot be told"
                : String.format(
                        Locale.ROOT,
                        "shard %d, sequence %x, %,d frames, %,d gaps%s",
                        file.segment().shard(),
                        file.segment().sequence(),
                        file.finder().frames(),
                        file.finder().gaps(),
                        file.segment().seal() == null ? ", not sealed" : ", sealed");
        return String.format(Locale.ROOT, "%s: %,d bytes, %s%n", file.file(), file.bytes(), frames)
                + colour(RED, problem);
    }

    private String line(Part part) {
        final String which = part.kind() == Part.Kind.FRAME ? "frame " + part.index() + "  " : "";
        final long position = file.position(part);
        final String line = String.format(
                Locale.ROOT,
                "%s%s  at %d%s, %,d bytes%s",
                which,
                part.name(),
                part.offset(),
                position < 0 || part.kind() == Part.Kind.HEADER ? "" : ", position " + position,
                part.length(),
                part.kind() == Part.Kind.UNWRITTEN ? " of zeros" : "");
        return colour(part.kind() == Part.Kind.GAP ? RED : BOLD, line);
    }

    private String line(Field field, byte[] bytes) {
        final String hex = field.hex(bytes);
        return (String.format(Locale.ROOT, "%7s  ", "+" + field.offset())
                                + colour(DIM, hex)
                                + " ".repeat(Math.max(0, HEX_WIDTH - hex.length()))
                                + String.format(
                                        Locale.ROOT, "  %-" + NAME_WIDTH + "s %s", field.name(), field.meaning()))
                        .stripTrailing()
                + "\n";
    }

    private String colour(String colour, String text) {
        return colours && !text.isEmpty() ? colour + text + RESET : text;
    }
}
