package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a run ran on, as far as Linux tells.
///
/// @param cores      that the JVM may use
/// @param memoryGiB  of the machine
/// @param fileSystem of the data
/// @param jdk        vendor and version
/// @param jvmFlags   of every contender
/// @param load       of the machine when the run began: anything above 1 disturbs
/// @param commit     of this project, or unknown
record Machine(
        String os,
        String processor,
        int cores,
        double memoryGiB,
        String fileSystem,
        String jdk,
        List<String> jvmFlags,
        String load,
        String commit) {
    /// Whether nothing but the load differs.
    boolean isSameAs(Machine other) {
        return equals(new Machine(
                other.os,
                other.processor,
                other.cores,
                other.memoryGiB,
                other.fileSystem,
                other.jdk,
                other.jvmFlags,
                load,
                other.commit));
    }

    static Machine of(Path data, List<String> jvmFlags) throws IOException {
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                field("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                Math.rint(kibibytes(field("/proc/meminfo", "MemTotal")) / 1024 / 1024 * 10) / 10,
                Files.getFileStore(data).type(),
                System.getProperty("java.vendor.version", System.getProperty("java.vendor")) + ", " + Runtime.version(),
                jvmFlags,
                firstLine(Path.of("/proc/loadavg")),
                describeCommit());
    }

    private static double kibibytes(String field) {
        final String digits = field.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Double.parseDouble(digits);
    }

    private static String field(String file, String name) throws IOException {
        final Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            return "unknown";
        }
        return Files.readAllLines(path).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("unknown");
    }

    static String firstLine(Path path) throws IOException {
        return Files.isReadable(path)
                ? Files.readAllLines(path).stream().findFirst().orElse("unknown")
                : "unknown";
    }

    private static String describeCommit() throws IOException {
        try {
            final Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            final String said = new String(git.getInputStream().readAllBytes()).trim();
            return git.waitFor() == 0 ? said : "unknown";
        } catch (IOException _) {
            return "unknown";
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
