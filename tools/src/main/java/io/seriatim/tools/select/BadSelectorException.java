package io.seriatim.tools.select;

/// A selector that makes no sense. The message says where and why.
public final class BadSelectorException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private static final int EXCERPT_CHARS = 80;

    BadSelectorException(String what, String selector, int at) {
        super("bad selector: " + what + ": at=" + at + " selector='" + excerpt(selector)
                + "' (write up{job=\"api\",mode=~\"user|system\"})");
    }

    private static String excerpt(String selector) {
        final String line = selector.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= EXCERPT_CHARS ? line : line.substring(0, EXCERPT_CHARS) + "...";
    }
}
