package io.seriatim.tools;

import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.WalMeta;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;

/// Between a log's timestamps, which are epoch numbers in the log's own unit, and RFC 3339.
public final class LogTime {
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

    private LogTime() {}

    /// @return the unit of the log's timestamps, or null if the log does not tell
    public static TimeUnit unit(Path log) {
        try (InputStream meta = Files.newInputStream(log.resolve("wal.meta"))) {
            return WalMeta.decode(meta.readNBytes(WalMeta.MAX_BYTES)).timeUnit();
        } catch (IOException | MalformedFrameException _) {
            return null;
        }
    }

    /// @return whether `text` is a number, which needs no unit to be understood
    public static boolean isEpoch(String text) {
        return text.matches("[+-]?\\d+");
    }

    /// Reads RFC 3339.
    ///
    /// @return the timestamp
    /// @param up where the unit is coarser than the text: true for the next timestamp, false for the one before
    /// @throws DateTimeException   if it is no RFC 3339
    /// @throws ArithmeticException if no timestamp in `unit` can say it
    public static long parse(String text, TimeUnit unit, boolean up) {
        final Instant instant = OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
        final BigInteger nanos = BigInteger.valueOf(instant.getEpochSecond())
                .multiply(NANOS_PER_SECOND)
                .add(BigInteger.valueOf(instant.getNano()));
        final BigInteger[] parts = nanos.divideAndRemainder(BigInteger.valueOf(unit.toNanos(1)));
        final int rounding = switch (parts[1].signum()) {
            case 1 -> up ? 1 : 0;
            case -1 -> up ? 0 : -1;
            default -> 0;
        };
        return parts[0].add(BigInteger.valueOf(rounding)).longValueExact();
    }

    /// @return RFC 3339 in UTC, or the bare number where there is no unit or no such date
    public static String text(long timestamp, TimeUnit unit) {
        if (unit == null) {
            return String.valueOf(timestamp);
        }
        final BigInteger[] parts = BigInteger.valueOf(timestamp)
                .multiply(BigInteger.valueOf(unit.toNanos(1)))
                .divideAndRemainder(NANOS_PER_SECOND);
        try {
            return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact())
                    .toString();
        } catch (DateTimeException | ArithmeticException _) {
            return String.valueOf(timestamp);
        }
    }
}
