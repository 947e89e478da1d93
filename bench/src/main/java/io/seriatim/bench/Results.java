package io.seriatim.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One run of the suite: `results.json`. Every repetition is in it; medians are made when it is rendered.
///
/// @param started      ISO 8601, UTC
/// @param mode         short or full
/// @param machine      what it ran on
/// @param seed         of the workloads' values
/// @param contenders   who took part, or would have
/// @param measurements in the order they were made
/// @param refusals     who did not run, and why
record Results(
        String started,
        String mode,
        Machine machine,
        long seed,
        List<ContenderInfo> contenders,
        List<Measurement> measurements,
        List<Refusal> refusals) {
    /// @param id       as on the command line
    /// @param title    for people
    /// @param version  its library's
    /// @param jvmFlags that its JVM got beside those of all
    /// @param caveats  to be said beside its numbers
    record ContenderInfo(
            String id, String title, boolean rival, String version, List<String> jvmFlags, String caveats) {
        static ContenderInfo of(ContenderKind kind) {
            return new ContenderInfo(
                    kind.id(), kind.title, kind.isRival(), kind.version(), kind.jvmFlags, kind.caveats);
        }
    }

    /// @param reason in one line
    record Refusal(String part, String contender, String reason) {}

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    void write(Path file) throws IOException {
        final Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(temporary, JSON.writeValueAsString(this) + "\n");
        Files.move(temporary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    static Results read(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Results.class);
    }

    /// @return why figures of both must not stand in one table, or null if they may
    String differenceFrom(Results other) {
        if (!mode.equals(other.mode)) {
            return "mode=" + mode + " and " + other.mode;
        }
        return machine.isSameAs(other.machine) ? null : "machine=" + machine + " and " + other.machine;
    }

    List<Measurement> of(String part) {
        return measurements.stream().filter(each -> each.part().equals(part)).toList();
    }
}
