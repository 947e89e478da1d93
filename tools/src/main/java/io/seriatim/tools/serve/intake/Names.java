package io.seriatim.tools.serve.intake;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/// Names of OpenTelemetry as Prometheus writes them: see "Prometheus and OpenMetrics Compatibility" in
/// OpenTelemetry's specification. Only names that are seen for the first time get here.
final class Names {
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("d", "days"),
            Map.entry("h", "hours"),
            Map.entry("min", "minutes"),
            Map.entry("s", "seconds"),
            Map.entry("ms", "milliseconds"),
            Map.entry("us", "microseconds"),
            Map.entry("ns", "nanoseconds"),
            Map.entry("By", "bytes"),
            Map.entry("KiBy", "kibibytes"),
            Map.entry("MiBy", "mebibytes"),
            Map.entry("GiBy", "gibibytes"),
            Map.entry("TiBy", "tibibytes"),
            Map.entry("KBy", "kilobytes"),
            Map.entry("MBy", "megabytes"),
            Map.entry("GBy", "gigabytes"),
            Map.entry("TBy", "terabytes"),
            Map.entry("m", "meters"),
            Map.entry("V", "volts"),
            Map.entry("A", "amperes"),
            Map.entry("J", "joules"),
            Map.entry("W", "watts"),
            Map.entry("g", "grams"),
            Map.entry("Cel", "celsius"),
            Map.entry("Hz", "hertz"),
            Map.entry("%", "percent"),
            Map.entry("1", ""));

    private static final Map<String, String> PER = Map.of(
            "s", "second", "m", "minute", "min", "minute", "h", "hour", "d", "day", "w", "week", "mo", "month", "y",
            "year");

    private Names() {}

    /// @return a metric's name, with suffixes for its unit and kind
    static String metric(String name, String unit, boolean gauge, boolean counter) {
        String base = replaced(name, true);
        if (counter && base.endsWith("_total")) {
            base = base.substring(0, base.length() - "_total".length());
        }
        final int slash = unit.indexOf('/');
        final String main = unit(slash < 0 ? unit : unit.substring(0, slash), UNITS);
        final String per = slash < 0 ? "" : unit(unit.substring(slash + 1), PER);
        base = withSuffix(base, main);
        base = withSuffix(base, per.isEmpty() ? "" : "per_" + per);
        if (gauge && unit.equals("1")) {
            base = withSuffix(base, "ratio");
        }
        if (counter) {
            base += "_total";
        }
        return !base.isEmpty() && isDigit(base.charAt(0)) ? "_" + base : base;
    }

    private static String unit(String text, Map<String, String> words) {
        final String unit = text.strip();
        if (unit.indexOf('{') >= 0 || unit.indexOf('}') >= 0) {
            return "";
        }
        final String word = replaced(words.getOrDefault(unit, unit), true);
        final int from = word.startsWith("_") ? 1 : 0;
        final int to = word.endsWith("_") && word.length() > from ? word.length() - 1 : word.length();
        return word.substring(from, to);
    }

    /// A suffix is not repeated that the name has as one of its words.
    private static String withSuffix(String name, String suffix) {
        final boolean known = suffix.isEmpty()
                || (suffix.indexOf('_') < 0 ? List.of(name.split("_")).contains(suffix) : name.endsWith("_" + suffix));
        return known ? name : name.endsWith("_") ? name + suffix : name + "_" + suffix;
    }

    /// @return the label's name for an attribute's
    static String label(String attribute) {
        final String label = replaced(attribute, false);
        if (label.isEmpty()) {
            return "_";
        }
        return isDigit(label.charAt(0)) ? "key_" + label : label;
    }

    private static String replaced(String name, boolean colons) {
        final StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
            final char each = name.charAt(i);
            final boolean legal =
                    each >= 'a' && each <= 'z' || each >= 'A' && each <= 'Z' || isDigit(each) || colons && each == ':';
            if (legal) {
                text.append(each);
            } else if (text.isEmpty() || text.charAt(text.length() - 1) != '_') {
                text.append('_');
            }
        }
        return text.toString();
    }

    private static boolean isDigit(char each) {
        return each >= '0' && each <= '9';
    }

    /// @return a number as Prometheus writes it in labels
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
