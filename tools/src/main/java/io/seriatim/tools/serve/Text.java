package io.seriatim.tools.serve;

/// What clients say, made fit for a message of one line.
final class Text {
    private static final int MOST = 80;

    private Text() {}

    /// @return the text, cut and without control characters
    static String excerpt(String text) {
        if (text == null) {
            return "none";
        }
        final String cut = text.length() > MOST ? text.substring(0, MOST) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
