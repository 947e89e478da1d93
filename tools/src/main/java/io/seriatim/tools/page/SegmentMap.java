package io.seriatim.tools.page;

import io.seriatim.tools.anatomy.ByteClass;
import io.seriatim.tools.anatomy.SegmentAnatomy;
import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.InspectedSegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A picture of the segments: a strip for each, from its first byte to its last.
final class SegmentMap {
    private static final int SHOWN_AT_EACH_END = 40;
    private static final int HARMED_SHOWN = 200;
    private static final int CELL_WIDTH = 8;
    private static final int STRIP_HEIGHT = 14;

    private final PageData data;
    private final Map<Path, List<Damage>> damages = new HashMap<>();

    SegmentMap(PageData data, ReplayReport report) {
        this.data = data;
        for (final Damage damage : report.damages()) {
            damages.computeIfAbsent(damage.file(), _ -> new ArrayList<>()).add(damage);
        }
    }

    void draw(Html html) {
        html.raw("<section><h2>Segments</h2>\n<p class=\"note\">Each strip is a file, from its first byte to its last."
                + " Damage is shown however small it is.</p>\n");
        Legend.draw(html);
        final List<SegmentAnatomy> all = data.anatomy().segments();
        int shard = -1;
        int hidden = 0;
        int harmed = 0;
        html.raw("<table class=\"map\">\n");
        for (int i = 0; i < all.size(); i++) {
            final SegmentAnatomy segment = all.get(i);
            final boolean harm = damages.containsKey(segment.segment().file());
            final boolean first = segment.segment().shard() != shard;
            shard = segment.segment().shard();
            final boolean end = i < SHOWN_AT_EACH_END || i >= all.size() - SHOWN_AT_EACH_END || first;
            if (!end && !(harm && harmed++ < HARMED_SHOWN)) {
                hidden++;
                continue;
            }
            hidden = more(html, hidden);
            strip(html, segment);
        }
        more(html, hidden);
        html.raw("</table></section>\n");
    }

    private static int more(Html html, int hidden) {
        if (hidden > 0) {
            html.add("<tr><td></td><td class=\"note\">%,d segments more</td></tr>\n", hidden);
        }
        return 0;
    }

    private void strip(Html html, SegmentAnatomy anatomy) {
        final InspectedSegment segment = anatomy.segment();
        final Path file = segment.file();
        html.add(
                "<tr><td><code>%s/%s</code></td><td><svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\""
                        + " role=\"img\"><title>%s</title>\n",
                file.getParent().getFileName().toString(),
                file.getFileName().toString(),
                SegmentCells.COUNT * CELL_WIDTH,
                STRIP_HEIGHT,
                title(anatomy));
        final ByteClass[] cells = cells(anatomy);
        int from = 0;
        while (from < cells.length) {
            int to = from + 1;
            while (to < cells.length && cells[to] == cells[from]) {
                to++;
            }
            if (cells[from] != null) {
                html.add(
                        "<rect x=\"%d\" y=\"0\" width=\"%d\" height=\"%d\" class=\"c-%s\"/>\n",
                        from * CELL_WIDTH, (to - from) * CELL_WIDTH, STRIP_HEIGHT, cells[from].label());
            }
            from = to;
        }
        html.raw("</svg></td></tr>\n");
    }

    private static String title(SegmentAnatomy anatomy) {
        return String.format(
                Locale.ROOT,
                "%s: %,d bytes, %,d frames, %,d records, %,d samples",
                anatomy.segment().file().getFileName(),
                anatomy.segment().bytes(),
                anatomy.frames(),
                anatomy.records(),
                anatomy.samples());
    }

    /// @return what each cell shows; null beyond the file's end
    private ByteClass[] cells(SegmentAnatomy anatomy) {
        final InspectedSegment segment = anatomy.segment();
        final SegmentCells cells = data.cells(segment.file());
        final ByteClass[] shown = new ByteClass[SegmentCells.COUNT];
        final List<Damage> harm = damages.getOrDefault(segment.file(), List.of());
        if (!anatomy.isRead()) {
            final boolean bad = segment.problem() == Damage.Kind.BAD_HEADER && !harm.isEmpty();
            final ByteClass whole =
                    bad ? of(harm.getFirst()) : segment.problem() == null ? ByteClass.RETIRED : ByteClass.FOREIGN;
            Arrays.fill(shown, whole);
            return shown;
        }
        for (int cell = 0; cell < shown.length; cell++) {
            if (cells.start(cell) >= segment.bytes()) {
                shown[cell] = null;
            } else if (cells.data(cell) + cells.pads(cell) > 0) {
                shown[cell] = cells.data(cell) >= cells.pads(cell) ? ByteClass.FRAME : ByteClass.PAD;
            } else {
                shown[cell] = cells.start(cell) < 4096 ? ByteClass.HEADER : ByteClass.UNWRITTEN;
            }
        }
        for (final Damage damage : harm) {
            if (damage.kind() != Damage.Kind.ORPHANED_SAMPLES) {
                paint(cells, shown, damage);
            }
        }
        return shown;
    }

    /// The worst wins.
    private static void paint(SegmentCells cells, ByteClass[] shown, Damage damage) {
        final ByteClass kind = of(damage);
        final int last = cells.cell(damage.offset() + Math.max(1, damage.length()) - 1);
        for (int cell = cells.cell(damage.offset()); cell <= last; cell++) {
            if (shown[cell] == null || rank(kind) > rank(shown[cell])) {
                shown[cell] = kind;
            }
        }
    }

    private static int rank(ByteClass kind) {
        return switch (kind) {
            case LOST -> 4;
            case DAMAGED -> 3;
            case TORN -> 2;
            case HARMLESS -> 1;
            default -> 0;
        };
    }

    private static ByteClass of(Damage damage) {
        return ByteClass.of(damage.verdict());
    }
}
