package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/// Where a server's processor time goes, by samples of Flight Recorder. A sample belongs to the part whose code is
/// nearest to the top of its stack: what the JDK does on behalf of the log counts as the log's. Mutable, not
/// thread-safe.
final class CpuProfile {
    /// By processor time, native code and the kernel's work for a thread included; Linux only.
    static final String CPU_TIME = "jdk.CPUTimeSample";

    /// Of threads that run Java, some at a time; native code and the kernel are not seen.
    static final String EXECUTION = "jdk.ExecutionSample";

    private static final int HOTTEST = 25;

    /// Parts of the server, in the order in which a class is looked for.
    enum Group {
        LOG("io.seriatim.wal."),
        /// Reads protobuf, by hand, and finds series by their attributes.
        DECODE("io.seriatim.tools.serve.intake.", "io.seriatim.tools.ingest.", "com.dynatrace.hash4j."),
        /// Admission, answers, metrics.
        SERVE("io.seriatim.", "io.prometheus."),
        /// With Netty, which lies within it.
        GRPC("io.grpc.", "com.google.common.", "io.perfmark."),
        /// Nothing but the JDK on the stack, or no stack.
        JVM();

        private final List<String> prefixes;

        Group(String... prefixes) {
            this.prefixes = List.of(prefixes);
        }

        /// @return of what a class is a part, or null for the JDK's, which is whose it works for
        static Group of(String type) {
            for (final Group group : values()) {
                if (group.prefixes.stream().anyMatch(type::startsWith)) {
                    return group;
                }
            }
            return null;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Group, Long> samples = new EnumMap<>(Group.class);
    private final Map<String, Long> tops = new HashMap<>();
    private long count;

    /// Reads one kind of samples.
    static CpuProfile read(Path recording, String event) throws IOException {
        final CpuProfile profile = new CpuProfile();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                final RecordedEvent each = file.readEvent();
                if (each.getEventType().getName().equals(event)) {
                    profile.add(frames(each));
                }
            }
        }
        return profile;
    }

    private static List<String> frames(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return List.of();
        }
        return event.getStackTrace().getFrames().stream()
                .filter(RecordedFrame::isJavaFrame)
                .map(frame -> frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName())
                .toList();
    }

    /// @param frames class and method, the top of the stack first
    void add(List<String> frames) {
        final Group group = frames.stream()
                .map(Group::of)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(Group.JVM);
        samples.merge(group, 1L, Long::sum);
        final String top = frames.isEmpty() ? "no stack" : frames.getFirst();
        tops.merge(group.id() + ": " + top, 1L, Long::sum);
        count++;
    }

    long count() {
        return count;
    }

    /// @return of all samples, 0 to 1; NaN if there are none
    double share(Group group) {
        return (double) samples.getOrDefault(group, 0L) / count;
    }

    /// @return a line for each of the methods of some parts that are on top most often
    String hottest(Set<Group> groups) {
        final StringBuilder text = new StringBuilder();
        tops.entrySet().stream()
                .filter(each -> groups.stream().anyMatch(group -> each.getKey().startsWith(group.id())))
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(HOTTEST)
                .forEach(each -> text.append(
                        String.format(Locale.ROOT, "%5.1f %%  %s%n", 100.0 * each.getValue() / count, each.getKey())));
        return text.toString();
    }
}
