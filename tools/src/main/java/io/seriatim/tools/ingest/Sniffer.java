package io.seriatim.tools.ingest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// Tells formats by their first bytes.
final class Sniffer {
    private static final Pattern REPLAY = Pattern.compile("\\{\"(labels|record|orphan)\":\\{.*");
    private static final Pattern OTLP = Pattern.compile("\\s*\\{\\s*\"(?:resourceMetrics|resource_metrics)\"\\s*:");
    private static final Pattern METADATA = Pattern.compile("# (TYPE|HELP|UNIT) .*|# EOF\\s*");

    /// What only OpenMetrics has. Its end is looked for elsewhere too.
    private static final Pattern OPEN_METRICS =
            Pattern.compile("# EOF\\s*|# UNIT .*|# TYPE \\S+ (unknown|info|stateset|gaugehistogram)\\s*");

    /// What only the Prometheus text format has.
    private static final Pattern PROMETHEUS = Pattern.compile("# TYPE \\S+ untyped\\s*");

    private static final int TAIL_BYTES = 64;
    private static final int LINES = 1_000;
    private static final int MOST_LABELS = 256;

    /// Whole numbers in this range are seconds of the years 1973 to 5138; as milliseconds they would be of 1970 to
    /// 1973.
    private static final long LEAST_SECONDS = 100_000_000L;

    private static final long MOST_SECONDS = 100_000_000_000L;

    private Sniffer() {}

    /// @param wanted what the user says it is, or null
    /// @return what it is, or null if it is nothing known
    static Format detect(Input input, Source source, Format wanted) throws IOException {
        final byte[] head = input.head();
        if (wanted != null) {
            return wanted == Format.OPENMETRICS ? dialect(input, source, true) : wanted;
        }
        if (source.format() != null) {
            return source.format();
        }
        if (isPrometheusWal(head)) {
            return Format.PROMETHEUS_WAL;
        }
        if (isMytsdb(head)) {
            return Format.MYTSDB;
        }
        if (OTLP.matcher(new String(head, StandardCharsets.ISO_8859_1)).lookingAt()) {
            return Format.OTLP_JSON;
        }
        return text(input, source);
    }

    /// Whether a fragment with the right checksum comes first.
    private static boolean isPrometheusWal(byte[] head) {
        if (head.length < 8 || head[0] == 0 || (head[0] & 7) > 2 || (head[0] & ~0x1f) != 0) {
            return false;
        }
        final ByteBuffer from = ByteBuffer.wrap(head, 1, head.length - 1);
        final int length = Short.toUnsignedInt(from.getShort());
        final int expected = from.getInt();
        if (length > from.remaining()) {
            return false;
        }
        final CRC32C crc = new CRC32C();
        crc.update(head, from.position(), length);
        return (int) crc.getValue() == expected;
    }

    /// Whether an entry comes first whose counts and lengths agree.
    private static boolean isMytsdb(byte[] head) {
        final ByteBuffer from = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        if (head.length < 3 * Integer.BYTES) {
            return false;
        }
        final long end = Integer.BYTES + Integer.toUnsignedLong(from.getInt());
        final int labels = from.getInt();
        if (labels < 1 || labels > MOST_LABELS) {
            return false;
        }
        for (int i = 0; i < 2 * labels; i++) {
            final int length = from.remaining() < Integer.BYTES ? -1 : from.getInt();
            if (length < 0 || length > from.remaining()) {
                return false;
            }
            from.position(from.position() + length);
        }
        final long count = from.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(from.getInt());
        return from.position() + count * (Long.BYTES + Double.BYTES) == end;
    }

    private static Format text(Input input, Source source) throws IOException {
        boolean metadata = false;
        boolean anything = false;
        for (final String line : lines(input.head())) {
            metadata |= METADATA.matcher(line).matches();
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            anything = true;
            if (REPLAY.matcher(line).matches()) {
                return Format.JSON_LINES;
            }
            if (line.equals(CsvReader.HEADER)) {
                return Format.CSV;
            }
            final byte[] bytes = line.strip().getBytes(StandardCharsets.ISO_8859_1);
            if (isSample(bytes)) {
                return dialect(input, source, false);
            }
            final int end = LineProtocolSeries.end(bytes, 0, bytes.length);
            if (end > 0
                    && end < bytes.length
                    && LineProtocolSeries.keyEnd(bytes, end + 1, bytes.length) < bytes.length) {
                return Format.LINE_PROTOCOL;
            }
        }
        return metadata || !anything && isText(input.head()) ? dialect(input, source, false) : null;
    }

    private static boolean isText(byte[] head) {
        for (final byte one : head) {
            if (one == 0) {
                return false;
            }
        }
        return true;
    }

    /// @return the first lines, without the last one if it may go on
    private static List<String> lines(byte[] head) {
        final String text = new String(head, StandardCharsets.ISO_8859_1);
        final int end = head.length < Input.HEAD_BYTES ? text.length() : text.lastIndexOf('\n') + 1;
        return text.substring(0, end == 0 ? text.length() : end)
                .lines()
                .limit(LINES)
                .toList();
    }

    private static boolean isSample(byte[] line) {
        final int end = ExpositionSeries.end(line, 0, line.length);
        if (end < 0) {
            return false;
        }
        final String value = new String(line, end, line.length - end, StandardCharsets.ISO_8859_1)
                .strip()
                .split("\\s+", 2)[0];
        return isNumber(value) || NotFinite.bits(value) != NotFinite.NONE;
    }

    private static boolean isNumber(String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Decimal().scan(bytes, 0, bytes.length) == bytes.length;
    }

    /// Seconds or milliseconds?
    ///
    /// @param asked whether the user said OpenMetrics
    private static Format dialect(Input input, Source source, boolean asked) throws IOException {
        final List<String> lines = lines(input.head());
        final boolean milliseconds =
                lines.stream().anyMatch(line -> PROMETHEUS.matcher(line).matches());
        if (lines.stream().anyMatch(line -> OPEN_METRICS.matcher(line).matches())
                || !milliseconds && lines.stream().anyMatch(Sniffer::isInSeconds)) {
            return Format.OPENMETRICS;
        }
        final String tail = tail(input, source);
        final boolean ended = tail != null && tail.strip().endsWith("# EOF");
        return ended || asked && tail == null ? Format.OPENMETRICS : Format.PROMETHEUS;
    }

    private static boolean isInSeconds(String line) {
        final byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        final int end = line.startsWith("#") ? -1 : ExpositionSeries.end(bytes, 0, bytes.length);
        final String numbers = end < 0 ? "" : line.substring(end);
        if (numbers.contains(" # {")) {
            return true; // an exemplar
        }
        final String[] words = numbers.strip().split("\\s+");
        if (words.length < 2 || !isNumber(words[1])) {
            return false;
        }
        if (!words[1].matches("-?\\d{1,18}")) {
            return words[1].contains(".");
        }
        final long time = Math.abs(Long.parseLong(words[1]));
        return time >= LEAST_SECONDS && time < MOST_SECONDS;
    }

    /// @return how the input ends, or null if that cannot be known before it is read
    private static String tail(Input input, Source source) throws IOException {
        final byte[] head = input.head();
        if (head.length < Input.HEAD_BYTES) {
            final int from = Math.max(0, head.length - TAIL_BYTES);
            return new String(head, from, head.length - from, StandardCharsets.ISO_8859_1);
        }
        if (input.compressed() || source.bytes() < TAIL_BYTES) {
            return null;
        }
        try (RandomAccessFile file = new RandomAccessFile(source.path().toFile(), "r")) {
            final byte[] tail = new byte[TAIL_BYTES];
            file.seek(source.bytes() - TAIL_BYTES);
            file.readFully(tail);
            return new String(tail, StandardCharsets.ISO_8859_1);
        }
    }
}
