package io.seriatim.tools.serve;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.store.Header;
import io.seriatim.tools.store.StoreAccess;
import io.seriatim.tools.store.StoreUrl;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Where to pass on what is logged, as options.
final class ForwardOptions {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    @Option(
            names = "--forward",
            paramLabel = "URL",
            converter = Url.class,
            description =
                    "Send on what is durable: remote-write+http://HOST:PORT or otlp+http://HOST:PORT, or with https."
                            + " It goes on where it was after a restart, and waits for the far end however long that is"
                            + " away.")
    private StoreUrl url;

    @Option(
            names = "--forward-name",
            paramLabel = "NAME",
            defaultValue = "forward",
            description = "The log's consumer that remembers how far it is (default: forward).")
    private String name;

    @Option(
            names = "--forward-keep",
            paramLabel = "SIZE",
            defaultValue = "10g",
            converter = ByteSize.class,
            description = "Keep what the far end has not got, --retain or not, while the log is no longer than this;"
                    + " beyond it the oldest is lost to the far end, and counted (default: 10g).")
    private long keepBytes;

    @Option(
            names = "--forward-token-file",
            paramLabel = "FILE",
            description = "Show the far end the bearer token in this file.")
    private Path token;

    @Option(
            names = "--forward-header",
            paramLabel = "NAME:VALUE",
            converter = Header.class,
            split = "\\n",
            description = "Send the far end this header, too. May be given several times; as a setting, a line each.")
    private Header.Pair[] headers = {};

    @Option(
            names = "--forward-ca-file",
            paramLabel = "FILE",
            description = "Certificates, PEM, that the far end's own must come from (default: those of the JDK).")
    private Path ca;

    static final class Url implements ITypeConverter<StoreUrl> {
        @Override
        public StoreUrl convert(String text) {
            try {
                return StoreUrl.parse(text);
            } catch (IllegalArgumentException failure) {
                throw new TypeConversionException(failure.getMessage());
            }
        }
    }

    /// @return what the far end has not got is kept while the log is no longer than this; 0: there is none
    long keepBytes() {
        return url == null ? 0 : keepBytes;
    }

    /// @return where to, or null for nowhere
    FarEnd farEnd() {
        if (url == null) {
            return null;
        }
        return new FarEnd(url, name, new StoreAccess(token, Header.map(headers), ca, REQUEST_TIMEOUT));
    }
}
