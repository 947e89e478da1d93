package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Outputs as they were once found good. To make them anew after a change that is meant, and look at the
/// difference:
///
/// ```
/// mvn -pl tools -am test -Dtest='*GoldenTest,FormatsTest' -Dsurefire.failIfNoSpecifiedTests=false
/// -Dgolden.regenerate=true
/// git diff tools/src/test/resources
/// ```
public final class Golden {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Path DIRECTORY = RESOURCES.resolve("golden");
    private static final boolean REGENERATE = Boolean.getBoolean("golden.regenerate");

    private Golden() {}

    /// Compares an output with the one that was found good.
    ///
    /// @param name   of the file
    /// @param parent the directory of this test, whose name is another each time
    public static void assertGolden(String name, Path parent, String output) throws IOException {
        final Path file = DIRECTORY.resolve(name);
        final String found = normalize(output, parent);
        if (REGENERATE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, found);
        }
        assertEquals(Files.readString(file), found, file + " (see Golden for how to make it anew)");
    }

    /// Compares a text as it is with a file among the tests' resources.
    public static void assertSame(String name, String actual) throws IOException {
        final Path file = RESOURCES.resolve(name);
        if (REGENERATE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertEquals(Files.readString(file), actual, file + " (see Golden for how to make it anew)");
    }

    /// Leaves out what is another each time: the place, identities, durations.
    public static String normalize(String output, Path parent) {
        return output.replace(parent + "/", "")
                .replace(parent.toString(), ".")
                .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>")
                .replaceAll("0x[0-9a-f]{5,16}", "0x<checksum>")
                .replaceAll("read in \\d+\\.\\d+ s", "read in 0.00 s")
                .replaceAll("in \\d+\\.\\d+ s \\(\\d+\\.\\d+ M samples/s\\)", "in 0.00 s (0.00 M samples/s)")
                .replaceAll("\"seconds\" : [0-9.E-]+", "\"seconds\" : 0.0");
    }
}
