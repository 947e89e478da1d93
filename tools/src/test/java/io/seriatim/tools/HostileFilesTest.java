package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodTransform;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `verify` and `replay` on directories that somebody has tampered with: they end in a report or in one line that says
/// why not, and what they print agrees with what a replay reports. More of them:
///
/// ```
/// tools/bin/prove verify --directories 10000
/// ```
@Tag("crash")
class HostileFilesTest {
    private static final int DIRECTORIES = Integer.getInteger("fuzz.directories", 25);
    private static final long FIRST_SEED = Long.getLong("fuzz.firstSeed", 0);
    private static final Duration PER_DIRECTORY = Duration.ofSeconds(60);

    @TempDir
    private Path parent;

    private final Set<Integer> codes = new HashSet<>();

    @Test
    @DisplayName("P12, P4: verify and replay say of hostile files what the report says, in well-formed JSON")
    void shouldAgreeWithTheReportWhenFilesAreHostile() throws Exception {
        final List<Map<String, byte[]>> logs = List.of(
                HostileFiles.of(Logs.closed(parent.resolve("closed"))),
                HostileFiles.of(Logs.killed(parent.resolve("killed"))));
        for (int i = 0; i < DIRECTORIES; i++) {
            final long seed = FIRST_SEED + i;
            final Random random = new Random(seed);
            final Path directory = parent.resolve("hostile");
            HostileFiles.write(logs.get(random.nextInt(logs.size())), random, directory);
            assertTimeoutPreemptively(PER_DIRECTORY, () -> {
                try {
                    codes.add(VerifyJudge.judge(directory));
                } catch (AssertionError | RuntimeException failure) {
                    throw new AssertionError("seed=" + seed, failure);
                }
            });
            delete(directory);
            if (i % 1000 == 999) {
                System.out.println("verify: " + (i + 1) + " hostile directories");
            }
        }
        // So that a machine which harms nothing, or everything beyond reading, does not pass.
        assertTrue(
                DIRECTORIES < 25 || codes.containsAll(Set.of(ExitCode.SOUND, ExitCode.DAMAGED)),
                () -> "codes=" + codes);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P4: the judge of verify sees a command that says something else than the report")
    void shouldBeSeenWhenABugIsPlanted(Bug bug) throws Exception {
        final Map<String, byte[]> log = HostileFiles.of(Logs.closed(parent.resolve("closed")));
        final Method judge =
                new Planted(bug).loadClass(VerifyJudge.class.getName()).getDeclaredMethod("judge", Path.class);
        judge.setAccessible(true);
        for (int seed = 0; seed < 25; seed++) {
            final Path directory = parent.resolve("hostile");
            HostileFiles.write(log, new Random(seed), directory);
            try {
                judge.invoke(null, directory);
            } catch (InvocationTargetException failure) {
                assertInstanceOf(AssertionError.class, failure.getCause());
                return;
            }
            delete(directory);
        }
        fail("not seen: " + bug);
    }

    /// A method of the command that does something else.
    enum Bug {
        ALWAYS_SOUND("ExitCode", "of", code -> code.iconst_0().ireturn()),
        DAMAGES_ARE_LEFT_OUT_OF_THE_JSON("VerifyJson", "damage", code -> code.return_()),
        DAMAGES_ARE_LEFT_OUT_OF_THE_TEXT(
                "Findings", "line", code -> code.ldc("").areturn()),
        AN_UNDECLARED_EXCEPTION("VerifyText", "of", code -> code.aconst_null().athrow());

        private final String type;
        private final String method;
        private final Consumer<CodeBuilder> body;

        Bug(String type, String method, Consumer<CodeBuilder> body) {
            this.type = type;
            this.method = method;
            this.body = body;
        }
    }

    /// Loads the command anew, one class of it with a bug.
    private static final class Planted extends ClassLoader {
        private static final String PACKAGE = "io.seriatim.tools.";
        private final Bug bug;

        Planted(Bug bug) {
            super(Planted.class.getClassLoader());
            this.bug = bug;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                final Class<?> known = findLoadedClass(name);
                return known != null ? known : name.startsWith(PACKAGE) ? define(name) : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                final byte[] bytes = in.readAllBytes();
                final byte[] planted = name.equals(PACKAGE + bug.type) ? plant(bytes) : bytes;
                return defineClass(name, planted, 0, planted.length);
            } catch (IOException failure) {
                throw new ClassNotFoundException(name, failure);
            }
        }

        private byte[] plant(byte[] bytes) {
            final MethodTransform replace = (builder, element) -> {
                if (element instanceof CodeModel) {
                    builder.withCode(bug.body::accept);
                } else {
                    builder.with(element);
                }
            };
            return ClassFile.of()
                    .transformClass(
                            ClassFile.of().parse(bytes),
                            ClassTransform.transformingMethods(
                                    each -> each.methodName().equalsString(bug.method), replace));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
