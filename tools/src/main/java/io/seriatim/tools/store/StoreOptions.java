package io.seriatim.tools.store;

import io.seriatim.tools.TimeSpan;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// How a log is sent to a store. For use as a group of options.
public final class StoreOptions {
    @Option(
            names = "--rate",
            paramLabel = "N",
            converter = Rate.class,
            description = "Samples a second at most: 20000, 20k, 1.5m (default: no limit).")
    private double perSecond;

    @Option(
            names = "--retry-for",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description =
                    "How long to send one request again while the store is away, is overloaded (429) or fails (5xx)"
                            + " (default: 5m).")
    private Duration retryFor = Duration.ofMinutes(5);

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "How long to wait for an answer (default: 30s).")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Show the bearer token in this file. It is read for each request, so it may change.")
    private Path token;

    @Option(
            names = "--header",
            paramLabel = "NAME:VALUE",
            converter = Header.class,
            description = "Send this header, too: 'X-Scope-OrgID: tenant-1'. May be given several times.")
    private Header.Pair[] headers = {};

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "Certificates, PEM, that the store's own must come from (default: those of the JDK).")
    private Path ca;

    /// Samples a second, as people write them.
    static final class Rate implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            if (!text.matches("\\d{1,9}(\\.\\d{1,3})?[kKmM]?")) {
                throw new TypeConversionException("'" + text + "' is no rate (write 20000, 20k or 1.5m)");
            }
            final char last = Character.toLowerCase(text.charAt(text.length() - 1));
            final double factor = last == 'k' ? 1e3 : last == 'm' ? 1e6 : 1;
            final double rate = Double.parseDouble(text.replaceAll("[kKmM]", "")) * factor;
            if (rate <= 0) {
                throw new TypeConversionException("a rate is more than 0: '" + text + "'");
            }
            return rate;
        }
    }

    /// @return samples a second at most, 0: no limit
    public double perSecond() {
        return perSecond;
    }

    /// @return how long one request may fail
    public Duration retryFor() {
        return retryFor;
    }

    /// @return how to get in
    public StoreAccess access() {
        return new StoreAccess(token, Header.map(headers), ca, timeout);
    }
}
