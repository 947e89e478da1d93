import com.palantir.javaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Checks or applies the one format of all Java sources. Started by the root `pom.xml`, from the root directory, as a
/// source file: `check` lists the files that differ and fails, `apply` rewrites them.
///
/// The formatter cannot read a bare `_` within a record pattern; `var _` says the same.
final class Format {
    private static final List<String> MODULES = List.of("wal-core", "wal-mmap", "wal-adapters", "bench", "tools");

    private Format() {}

    public static void main(String[] args) throws Exception {
        boolean apply = args[0].equals("apply");
        List<String> arguments = new ArrayList<>(List.of("--palantir"));
        arguments.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
        arguments.addAll(sources());

        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new Main(new PrintWriter(out, true), new PrintWriter(err, true), System.in)
                .format(arguments.toArray(String[]::new));
        System.err.print(err);
        if (status != 0 && !out.toString().isEmpty()) {
            System.err.print(
                    "Not formatted:\n" + out.toString().indent(4) + "Put right by: mvn -N -Pformat validate\n");
        }
        System.exit(status);
    }

    private static List<String> sources() throws IOException {
        List<String> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(Path.of(module, "src"))) {
                files.map(Path::toString)
                        .filter(name -> name.endsWith(".java"))
                        .sorted()
                        .forEach(sources::add);
            }
        }
        return sources;
    }
}
