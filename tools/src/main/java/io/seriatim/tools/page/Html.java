package io.seriatim.tools.page;

import java.util.Locale;

/// Text of a page that is well-formed as XML, too. Not thread-safe.
public final class Html {
    private final StringBuilder text = new StringBuilder();

    /// Adds markup as it is, with text put in and escaped where `%s` is; numbers by the other formats.
    public Html add(String markup, Object... parts) {
        final Object[] escaped = parts.clone();
        for (int i = 0; i < escaped.length; i++) {
            escaped[i] = escaped[i] instanceof String string ? escape(string) : escaped[i];
        }
        text.append(String.format(Locale.ROOT, markup, escaped));
        return this;
    }

    /// Adds markup as it is.
    public Html raw(String markup) {
        text.append(markup);
        return this;
    }

    public static String escape(String string) {
        final StringBuilder escaped = new StringBuilder();
        string.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isText(c) ? c : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean isText(int c) {
        return c >= ' ' && (c < 0x7f || c > 0x9f) && (c < 0xd800 || c > 0xdfff) && (c & 0xfffe) != 0xfffe;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
