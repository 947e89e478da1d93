package io.seriatim.tools.select;

import java.util.ArrayList;
import java.util.List;

/// Reads one selector: `up`, `up{job="api"}`, `{job!="api",mode=~"user|system"}`, and with names in quotes,
/// which may hold anything, `{"http.requests","job.name"="api"}`.
final class SelectorParser {
    private final String text;
    private final List<Matcher> matchers = new ArrayList<>();
    private boolean named;
    private int at;

    SelectorParser(String text) {
        this.text = text;
    }

    /// @return the matchers, all of which must hold
    /// @throws BadSelectorException if it makes no sense
    List<Matcher> parse() {
        skipSpace();
        if (at == text.length()) {
            throw bad("it is empty");
        }
        if (text.charAt(at) != '{') {
            name(identifier(true));
        }
        skipSpace();
        if (at < text.length()) {
            braces();
        }
        skipSpace();
        if (at < text.length()) {
            throw bad("nothing may follow the closing brace");
        }
        return List.copyOf(matchers);
    }

    private void braces() {
        expect('{');
        for (skipSpace(); !at('}'); skipSpace()) {
            matcher();
            skipSpace();
            if (at('}')) {
                break;
            }
            expect(',');
        }
        expect('}');
    }

    private void matcher() {
        final boolean quoted = at('"') || at('\'') || at('`');
        final String name = quoted ? string() : identifier(false);
        skipSpace();
        if (quoted && (at(',') || at('}'))) {
            name(name);
            return;
        }
        final int operator = at;
        if (accept("=~")) {
            regex(name, true);
        } else if (accept("!~")) {
            regex(name, false);
        } else if (accept("!=")) {
            equal(name, false);
        } else if (accept("=")) {
            equal(name, true);
        } else {
            at = operator;
            throw bad("one of =, !=, =~, !~ must follow a label's name");
        }
    }

    private void name(String metric) {
        if (named) {
            throw bad("the metric has two names");
        }
        named = true;
        matchers.add(Matcher.equal(Matcher.METRIC_NAME, metric, true));
    }

    private void equal(String name, boolean wanted) {
        skipSpace();
        if (wanted && name.equals(Matcher.METRIC_NAME)) {
            name(string());
        } else {
            matchers.add(Matcher.equal(name, string(), wanted));
        }
    }

    private void regex(String name, boolean wanted) {
        skipSpace();
        final int start = at;
        final String regex = string();
        try {
            matchers.add(Matcher.regex(name, regex, wanted));
        } catch (IllegalArgumentException failure) {
            at = start;
            throw bad(failure.getMessage());
        }
    }

    private String identifier(boolean metric) {
        final int start = at;
        while (at < text.length() && isIdentifier(text.charAt(at), at > start, metric)) {
            at++;
        }
        if (at == start) {
            throw bad(metric ? "a metric's name or a brace must come first" : "a label's name is missing");
        }
        return text.substring(start, at);
    }

    private static boolean isIdentifier(char c, boolean later, boolean metric) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c == '_'
                || metric && c == ':'
                || later && c >= '0' && c <= '9';
    }

    private String string() {
        final QuotedString string = new QuotedString(text, at);
        try {
            final String value = string.read();
            at = string.end();
            return value;
        } catch (IllegalArgumentException failure) {
            throw bad(failure.getMessage());
        }
    }

    private boolean at(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private boolean accept(String operator) {
        if (!text.startsWith(operator, at)) {
            return false;
        }
        at += operator.length();
        return true;
    }

    private void expect(char c) {
        if (!at(c)) {
            throw bad("'" + c + "' is missing");
        }
        at++;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private BadSelectorException bad(String what) {
        return new BadSelectorException(what, text, at);
    }
}
