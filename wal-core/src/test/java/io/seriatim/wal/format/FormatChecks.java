package io.seriatim.wal.format;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.FormatDocument.Row;
import io.seriatim.wal.format.FormatLayouts.Layout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/// Compares `FORMAT.md` with the code, in both directions where there are two, and lists what differs.
final class FormatChecks {
    private static final Pattern POSITION = Pattern.compile("at position (\\d+)");
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private static final List<Class<?>> DOCUMENTED = List.of(
            FrameLayout.class,
            SamplesEncoder.class,
            HistogramCodec.class,
            Mark.class,
            Verdict.class,
            Verdict.Gap.class,
            SegmentHeader.class,
            SealBlock.class,
            WalMeta.class,
            ConsumerPosition.class,
            Labels.class,
            Lsn.class,
            WalConfig.class);
    /// The only constant of these classes that is never on disk.
    private static final Set<String> NOT_ON_DISK = Set.of("Lsn.DROPPED");

    private static final Map<String, Layout> LAYOUTS = FormatLayouts.all();
    private static final GoldenSegment GOLDEN = new GoldenSegment();
    private static final Map<String, Long> CONSTANTS = constants();

    private final FormatDocument document;
    private final List<String> differences = new ArrayList<>();

    private FormatChecks(FormatDocument document) {
        this.document = document;
    }

    /// @return what the document says otherwise than the code does; empty if they agree
    static List<String> differences(FormatDocument document) {
        final FormatChecks checks = new FormatChecks(document);
        checks.tables();
        LAYOUTS.forEach(checks::layout);
        checks.names();
        checks.constantsAndLimits();
        checks.lsn();
        checks.computed();
        checks.examples();
        return checks.differences;
    }

    private void differ(String what, Object documented, Object actual) {
        if (!Objects.equals(documented, actual)) {
            differences.add(what + ": documented=" + documented + " actual=" + actual);
        }
    }

    private void tables() {
        final Set<String> known = new TreeSet<>(LAYOUTS.keySet());
        known.addAll(
                List.of("lsn", "time-units", "types", "key-bits", "mark-flags", "gap-meanings", "limits", "constants"));
        known.addAll(List.of("histogram-flags", "histogram-resets"));
        known.addAll(List.of("seeds", "crc32c", "varints", "hashes"));
        differ("tables", new TreeSet<>(document.tables().keySet()), known);
    }

    private void layout(String name, Layout layout) {
        final List<Row> rows = document.table(name);
        final Set<String> fields = rows.stream().map(row -> row.text("field")).collect(Collectors.toSet());
        differ(
                name + ": fields",
                new TreeSet<>(fields),
                new TreeSet<>(layout.offsets().keySet()));

        long at = rows.isEmpty() ? 0 : rows.getFirst().number("offset");
        for (final Row row : rows) {
            final String field = name + "." + row.text("field");
            final int offset = layout.offsets().getOrDefault(row.text("field"), FormatLayouts.ANYWHERE);
            differ(field + ": follows its predecessor at", row.number("offset"), at);
            if (offset != FormatLayouts.ANYWHERE) {
                differ(field + ": offset", row.number("offset"), (long) offset);
            }
            at = row.text("bytes").equals("...") ? FormatLayouts.OPEN : at + row.number("bytes");
            if (row.text("field").equals("type") && !name.equals("frame")) {
                differ(field, row.number("content"), CONSTANTS.get("FrameLayout." + name.toUpperCase(Locale.ROOT)));
            }
        }
        differ(name + ": end", at, (long) layout.end());
    }

    private void names() {
        numbered("time-units", "timeUnit", Arrays.stream(TimeUnit.values()).collect(Collectors.toMap(Enum::name, unit ->
                (long) unit.ordinal())));
        numbered("types", "type", constantsOf("FrameLayout", "(?!.*_(OFFSET|LENGTH)|ALIGNMENT).*"));
        numbered("histogram-flags", "flag", constantsOf("HistogramCodec", "(?!RESET_SHIFT).*"));
        numbered(
                "histogram-resets",
                "bits",
                Arrays.stream(Histogram.Reset.values())
                        .collect(Collectors.toMap(
                                Enum::name, reset -> (long) reset.ordinal() << HistogramCodec.RESET_SHIFT)));
        numbered("key-bits", "bit", constantsOf("SamplesEncoder", ".*"));
        numbered("gap-meanings", "meaning", constantsOf("Gap", ".*"));
        numbered("mark-flags", "flag", constantsOf("Mark", "(?!FIELDS|LENGTH).*"));
    }

    private void numbered(String table, String column, Map<String, Long> actual) {
        final Map<String, Long> documented = new TreeMap<>();
        document.table(table).forEach(row -> documented.put(row.text("name"), row.number(column)));
        differ(table, documented, new TreeMap<>(actual));
    }

    private void constantsAndLimits() {
        final Map<String, Long> documented = new TreeMap<>();
        for (final String table : List.of("constants", "limits")) {
            for (final Row row : document.table(table)) {
                differ(
                        "twice: " + row.text("constant"),
                        documented.put(row.text("constant"), row.number("value")),
                        null);
            }
        }
        differ("constants", documented, CONSTANTS);
    }

    private void lsn() {
        final Map<String, List<Long>> documented = new LinkedHashMap<>();
        for (final Row row : document.table("lsn")) {
            documented.put(row.text("field"), List.of(row.number("first bit"), row.number("bits")));
        }
        final long shift = Long.numberOfTrailingZeros(Lsn.of(1, 0));
        final long shardBits = Long.bitCount(Lsn.of(Lsn.MAX_SHARDS - 1, 0));
        differ(
                "lsn",
                documented,
                Map.of(
                        "position", List.of(0L, (long) Long.bitCount(Lsn.of(0, Lsn.POSITION_LIMIT - 1))),
                        "shard", List.of(shift, shardBits),
                        "zero", List.of(shift + shardBits, 1L)));
    }

    private void computed() {
        each("seeds", row -> {
            final long seed = FrameSeed.of(
                    row.number("walId, high"),
                    row.number("walId, low"),
                    (int) row.number("shard"),
                    row.number("epochId"));
            final int at = FrameSeed.at(seed, row.number("position"), (int) row.number("length"));
            differ("seed", row.number("seed"), Integer.toUnsignedLong(at));
        });
        each("crc32c", row -> {
            final CRC32C crc = new CRC32C();
            crc.update(row.text("ASCII").getBytes(StandardCharsets.US_ASCII));
            differ("CRC32C", row.number("CRC32C"), crc.getValue());
        });
        each("varints", row -> {
            final long number = row.number("number");
            differ("zigzag of " + number, row.number("zigzag"), SamplesEncoder.zigzag(number));
            differ("varint of " + number, row.text("varint of the zigzag"), varint(number));
        });
        each("hashes", row -> {
            final byte[] labels = HEX.parseHex(row.text("labels"));
            differ(
                    "XXH3",
                    row.number("XXH3"),
                    Labels.decode(labels, 0, labels.length).hash64());
        });
    }

    private void each(String table, Consumer<Row> check) {
        document.table(table).forEach(check);
    }

    /// @return the varint of a number's zigzag, as a frame has it
    private static String varint(long number) {
        final SamplesEncoder encoder = new SamplesEncoder();
        encoder.begin(0, number, Group.LIMIT);
        encoder.group(0, null, 1);
        encoder.sample(number, 0);
        return HEX.formatHex(encoder.buffer(), FrameLayout.SAMPLES_GROUPS_OFFSET + 1, encoder.end() - Long.BYTES);
    }

    private void examples() {
        final Set<String> types = new TreeSet<>();
        for (final String name : document.examples().keySet()) {
            final byte[] actual = GOLDEN.parts().getOrDefault(name, new byte[0]);
            final byte[] documented = document.example(name);
            differ("example " + name, HEX.formatHex(documented), HEX.formatHex(actual));
            final Matcher position = POSITION.matcher(document.remarks(name));
            if (position.find()) {
                differ("position of example " + name, Long.parseLong(position.group(1)), GOLDEN.position(name));
            }
            types.add(
                    name.equals("header") || name.equals("seal") || documented.length < FrameLayout.PAYLOAD_OFFSET
                            ? name
                            : "type " + documented[FrameLayout.TYPE_OFFSET]);
        }
        final Set<String> wanted = new TreeSet<>(Set.of("header", "seal", "pad-short"));
        document.table("types").forEach(row -> wanted.add("type " + row.text("type")));
        differ("examples", types, wanted);
    }

    private static Map<String, Long> constantsOf(String type, String pattern) {
        final Function<String, String> name = constant -> constant.substring(type.length() + 1);
        return CONSTANTS.entrySet().stream()
                .filter(constant -> constant.getKey().startsWith(type + "."))
                .filter(constant -> name.apply(constant.getKey()).matches(pattern))
                .collect(Collectors.toMap(constant -> name.apply(constant.getKey()), Map.Entry::getValue));
    }

    private static Map<String, Long> constants() {
        final Map<String, Long> constants = new TreeMap<>();
        for (final Class<?> type : DOCUMENTED) {
            for (final Field field : type.getDeclaredFields()) {
                final boolean number = field.getType() == int.class || field.getType() == long.class;
                if (number && Modifier.isPublic(field.getModifiers()) && Modifier.isStatic(field.getModifiers())) {
                    constants.put(type.getSimpleName() + "." + field.getName(), value(field));
                }
            }
        }
        constants.keySet().removeAll(NOT_ON_DISK);
        return constants;
    }

    private static long value(Field field) {
        try {
            return ((Number) field.get(null)).longValue();
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
