package io.seriatim.tools.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A header of HTTP on the command line.
public final class Header implements ITypeConverter<Header.Pair> {
    private static final Pattern SYNTAX =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\x21-\\x7e][\\x20-\\x7e]*)");

    /// A header.
    public record Pair(String name, String value) {}

    /// @return by their names; of several with one name the last
    public static Map<String, String> map(Pair... pairs) {
        final Map<String, String> all = new LinkedHashMap<>();
        for (final Pair one : pairs) {
            all.put(one.name(), one.value());
        }
        return all;
    }

    @Override
    public Pair convert(String text) {
        final Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text.replaceAll(":.*", ":...") + "' is no header (write NAME:VALUE)");
        }
        final String name = matcher.group(1);
        if (name.matches("(?i)content-.*|host|connection|transfer-encoding|expect|upgrade|authorization")) {
            throw new TypeConversionException("header " + name + " is not to be set"
                    + (name.equalsIgnoreCase("authorization") ? " (take --token-file)" : ""));
        }
        return new Pair(name, matcher.group(2));
    }
}
