package io.seriatim.tools.replay;

import io.seriatim.tools.store.StoreUrl;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// What a log is replayed into: a format, or a store.
///
/// @param format null: a store
/// @param store  null: a format
record Target(Format format, StoreUrl store) {
    /// What is on the command line.
    static final class Converter implements ITypeConverter<Target> {
        @Override
        public Target convert(String text) {
            if (StoreUrl.isOne(text)) {
                try {
                    return new Target(null, StoreUrl.parse(text));
                } catch (IllegalArgumentException failure) {
                    throw new TypeConversionException(failure.getMessage());
                }
            }
            try {
                return new Target(Format.valueOf(text.toUpperCase(Locale.ROOT)), null);
            } catch (IllegalArgumentException _) {
                throw new TypeConversionException("expected one of " + Arrays.toString(Format.values())
                        + ", or a store (remote-write+http://HOST:PORT, otlp+http://HOST:PORT), but was '" + text
                        + "'");
            }
        }
    }

    /// For shells that complete.
    static final class Candidates implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Format.values()).map(Format::toString).iterator();
        }
    }

    @Override
    public String toString() {
        return String.valueOf(format == null ? store : format);
    }
}
