package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.SettingDescriptor;
import jdk.jfr.Timespan;
import jdk.jfr.ValueDescriptor;
import org.junit.jupiter.api.Test;

/// `EVENTS.md` names every event and every field as Flight Recorder knows them.
class EventsDocumentTest {
    private static final Path PAGE = Path.of("EVENTS.md");
    private static final Set<String> ALWAYS = Set.of("startTime", "duration", "eventThread", "stackTrace");

    /// What the page should say of one event, line by line.
    private static List<String> section(EventType type) {
        final List<String> lines = new ArrayList<>();
        lines.add("### " + type.getLabel());
        lines.add("`" + type.getName() + "` · threshold " + setting(type, "threshold") + " · "
                + (setting(type, "stackTrace").equals("true") ? "with stack trace" : "no stack trace"));
        lines.add(type.getDescription() + ".");
        for (final ValueDescriptor field : type.getFields()) {
            if (!ALWAYS.contains(field.getName())) {
                lines.add("| `" + field.getName() + "` | " + kind(field) + " | " + field.getDescription() + " |");
            }
        }
        return lines;
    }

    private static String setting(EventType type, String name) {
        return type.getSettingDescriptors().stream()
                .filter(setting -> setting.getName().equals(name))
                .map(SettingDescriptor::getDefaultValue)
                .findFirst()
                .orElse("none");
    }

    private static String kind(ValueDescriptor field) {
        if (field.getAnnotation(DataAmount.class) != null) {
            return "bytes";
        }
        if (field.getAnnotation(Timespan.class) != null) {
            return "timespan";
        }
        return field.getTypeName().replaceAll(".*\\.", "").toLowerCase(Locale.ROOT);
    }

    private static List<EventType> types() throws Exception {
        final Path classes = Path.of(MappedWal.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        final List<EventType> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes.resolve("io/seriatim/wal/mmap"))) {
            for (final Path file : files.sorted().toList()) {
                final String name = file.getFileName().toString().replace(".class", "");
                final Class<?> type = Class.forName("io.seriatim.wal.mmap." + name);
                if (Event.class.isAssignableFrom(type)) {
                    final Class<? extends Event> event = type.asSubclass(Event.class);
                    FlightRecorder.register(event);
                    types.add(EventType.getEventType(event));
                }
            }
        }
        return types;
    }

    /// @return what the page should say and does not, or says of an event or field that there is not
    private static Set<String> differences(List<String> page, List<EventType> types) {
        final Set<String> differences = new TreeSet<>();
        final List<String> all =
                types.stream().flatMap(type -> section(type).stream()).toList();
        for (final EventType type : types) {
            final List<String> section = section(type);
            final int start = page.indexOf(section.getFirst());
            int at = Math.max(start, 0);
            for (final String line : section) {
                final int next = page.subList(at, page.size()).indexOf(line);
                if (start < 0 || next < 0) {
                    differences.add("not there, or not in order: " + line);
                } else {
                    at += next + 1;
                }
            }
        }
        for (final String line : page) {
            if ((line.startsWith("| `") || line.startsWith("### ") || line.startsWith("`io.seriatim"))
                    && !all.contains(line)) {
                differences.add("unknown: " + line);
            }
        }
        return differences;
    }

    @Test
    void shouldNameEveryEventAndField() throws Exception {
        final List<EventType> types = types();
        assertEquals(
                Set.copyOf(FlightRecording.NAMES),
                types.stream()
                        .map(type -> type.getName().substring(FlightRecording.PREFIX.length()))
                        .collect(Collectors.toSet()));
        assertEquals(Set.of(), differences(Files.readAllLines(PAGE), types), () -> String.join("\n", shouldBe(types)));
    }

    private static List<String> shouldBe(List<EventType> types) {
        return types.stream().flatMap(type -> section(type).stream()).toList();
    }

    @Test
    void shouldNoticeAnyLineThatIsMissingOrChanged() throws Exception {
        final List<EventType> types = types();
        final List<String> page = Files.readAllLines(PAGE);
        int changes = 0;
        for (int i = 0; i < page.size(); i++) {
            final String line = page.get(i);
            if (line.startsWith("| `") || line.startsWith("### ") || line.startsWith("`io.seriatim")) {
                final List<String> changed = new ArrayList<>(page);
                changed.set(i, line + " x");
                assertNotEquals(Set.of(), differences(changed, types), line);
                changed.remove(i);
                assertNotEquals(Set.of(), differences(changed, types), line);
                changes++;
            }
        }
        assertTrue(changes > 50, "lines found=" + changes);
    }

    @Test
    void shouldHaveALabelACategoryAndADescriptionEverywhere() throws Exception {
        for (final EventType type : types()) {
            assertEquals(List.of("Seriatim"), type.getCategoryNames());
            for (final ValueDescriptor field : type.getFields()) {
                if (!ALWAYS.contains(field.getName())) {
                    assertTrue(field.getLabel() != null && field.getDescription() != null, field::getName);
                }
            }
        }
    }
}
