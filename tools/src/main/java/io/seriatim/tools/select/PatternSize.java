package io.seriatim.tools.select;

/// Bounds what a regular expression costs before it is compiled.
///
/// Matching is linear, but compiling is not: RE2/J writes `(a{1000}){1000}` out as a million instructions, and
/// goes one call deeper for each parenthesis. Go's RE2 refuses both; RE2/J does not.
final class PatternSize {
    /// More than anybody writes by hand; a label of 32 KiB is matched in a second or so.
    private static final long MOST_INSTRUCTIONS = 5_000;

    private static final int DEEPEST = 100;

    private final String regex;
    private final long[] sums = new long[DEEPEST + 1];
    private int depth;
    private long last;
    private int at;

    private PatternSize(String regex) {
        this.regex = regex;
    }

    /// @throws IllegalArgumentException if it would become too large or too deep
    static void check(String regex) {
        new PatternSize(regex).run();
    }

    private void run() {
        while (at < regex.length()) {
            switch (regex.charAt(at)) {
                case '\\' -> escape();
                case '[' -> characterClass();
                case '(' -> open();
                case ')' -> close();
                case '{' -> repeat();
                default -> atom(1, at + 1);
            }
        }
        for (; depth > 0; depth--) { // it will not compile, but that is for the compiler to say
            sums[depth - 1] += sums[depth];
        }
        if (sums[0] > MOST_INSTRUCTIONS) {
            throw tooLarge();
        }
    }

    private IllegalArgumentException tooLarge() {
        return new IllegalArgumentException("pattern too large: instructions>" + MOST_INSTRUCTIONS);
    }

    private void atom(long size, int end) {
        last = size;
        sums[depth] += size;
        at = end;
        if (sums[depth] > MOST_INSTRUCTIONS) {
            throw tooLarge();
        }
    }

    private void escape() {
        if (regex.startsWith("\\Q", at)) {
            final int end = regex.indexOf("\\E", at);
            final int stop = end < 0 ? regex.length() : end;
            atom(stop - at, end < 0 ? stop : end + 2);
        } else {
            atom(1, at + 2);
        }
    }

    private void characterClass() {
        int end = at + 1;
        if (end < regex.length() && regex.charAt(end) == '^') {
            end++;
        }
        if (end < regex.length() && regex.charAt(end) == ']') {
            end++; // the first one stands for itself
        }
        while (end < regex.length() && regex.charAt(end) != ']') {
            if (regex.startsWith("[:", end) && regex.indexOf(":]", end) > 0) {
                end = regex.indexOf(":]", end) + 2;
            } else {
                end += regex.charAt(end) == '\\' ? 2 : 1;
            }
        }
        atom(1, end + 1);
    }

    private void open() {
        if (depth == DEEPEST) {
            throw new IllegalArgumentException("pattern too deep: parentheses>" + DEEPEST);
        }
        sums[++depth] = 2; // what it captures
        at++;
    }

    private void close() {
        if (depth == 0) {
            atom(1, at + 1);
            return;
        }
        final long size = sums[depth--];
        atom(size, at + 1);
    }

    /// A brace that is no repetition stands for itself.
    private void repeat() {
        int end = at + 1;
        long most = 0;
        long number = 0;
        while (end < regex.length() && (Character.isDigit(regex.charAt(end)) || regex.charAt(end) == ',')) {
            number = regex.charAt(end) == ',' ? 0 : Math.min(1_000_000, number * 10 + regex.charAt(end) - '0');
            most = Math.max(most, number);
            end++;
        }
        if (most == 0 || end == regex.length() || regex.charAt(end) != '}') {
            atom(1, at + 1);
            return;
        }
        sums[depth] -= last;
        atom(last * 2 * most, end + 1);
    }
}
