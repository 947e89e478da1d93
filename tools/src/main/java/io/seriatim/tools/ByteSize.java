package io.seriatim.tools;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Numbers of bytes as people write them.
public final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,15})([kmg]?)(?:i?b)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmg";

    @Override
    public Long convert(String text) {
        final Matcher matcher = SYNTAX.matcher(text.trim());
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no size (write 64m, 512k, 2g or a number of bytes)");
        }
        final int unit = matcher.group(2).isEmpty()
                ? 0
                : 10 * (1 + UNITS.indexOf(matcher.group(2).toLowerCase(Locale.ROOT)));
        final long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> unit) {
            throw new TypeConversionException("'" + text + "' is too large");
        }
        return number << unit;
    }

    /// @return the size for people: `1.5 GiB`
    public static String text(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        final int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(Locale.ROOT, "%.1f %siB", bytes / (double) (1L << 10 * unit), "KMGTPE".charAt(unit - 1));
    }
}
