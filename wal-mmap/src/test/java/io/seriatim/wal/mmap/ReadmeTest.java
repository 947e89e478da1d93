package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's example compiles and runs.
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path work;

    @Test
    void shouldCompileAndRunTheExample() throws Exception {
        final Matcher example = JAVA.matcher(Files.readString(README));
        assertTrue(example.find(), "README has no Java example");
        final Class<?> compiled = compile(example.group(1));

        final Object report = compiled.getMethod("run", Path.class).invoke(null, work.resolve("wal"));

        assertEquals(
                "SOUND", report.getClass().getMethod("state").invoke(report).toString());
        assertEquals(2L, report.getClass().getMethod("samples").invoke(report));
    }

    @Test
    void shouldNoticeAnExampleThatNoLongerCompiles() {
        final AssertionError failure =
                assertThrows(AssertionError.class, () -> compile("ReplayReport report = Wal.noSuchMethod();"));

        assertTrue(failure.getMessage().contains("noSuchMethod"), failure.getMessage());
    }

    private Class<?> compile(String example)
            throws IOException, ReflectiveOperationException, InvocationTargetException {
        final Path source = work.resolve("Example.java");
        Files.writeString(source, """
            import io.seriatim.wal.*;
            import io.seriatim.wal.mmap.*;
            import java.nio.file.Path;
            import java.time.Duration;
            public class Example {
                public static ReplayReport run(Path directory) throws Exception {
                    %s
                    return report;
                }
            }
            """.formatted(example));
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final StringWriter messages = new StringWriter();
        final boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-d", work.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                .call();
        if (!compiled) {
            throw new AssertionError(messages.toString());
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {work.toUri().toURL()})) {
            return loader.loadClass("Example");
        }
    }
}
