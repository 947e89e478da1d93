package io.seriatim.tools.page;

import io.seriatim.tools.anatomy.ByteClass;
import java.util.List;

/// What the colours of the map mean.
final class Legend {
    private static final List<ByteClass> SHOWN = List.of(
            ByteClass.HEADER,
            ByteClass.FRAME,
            ByteClass.PAD,
            ByteClass.UNWRITTEN,
            ByteClass.HARMLESS,
            ByteClass.TORN,
            ByteClass.DAMAGED,
            ByteClass.LOST,
            ByteClass.RETIRED,
            ByteClass.FOREIGN);

    private Legend() {}

    static void draw(Html html) {
        html.raw("<p class=\"legend\">");
        for (final ByteClass kind : SHOWN) {
            html.add(
                    "<span title=\"%s\"><svg viewBox=\"0 0 1 1\" class=\"key\"><rect width=\"1\" height=\"1\""
                            + " class=\"c-%s\"/></svg>%s</span> ",
                    kind.meaning(), kind.label(), kind == ByteClass.FRAME ? "data" : kind.label());
        }
        html.raw("</p>\n");
    }
}
