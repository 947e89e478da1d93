package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The detectors are tested: bugs are planted in the parser's class files, and each machine has to see each of them.
@Tag("crash")
@ExtendWith(QuietLog.class)
class PlantedParserBugTest {
    private static final String PACKAGE = "io.seriatim.wal.mmap.";
    private static final ClassDesc SCANNER = ClassDesc.of(PACKAGE + "FrameScanner");
    private static final ClassDesc WINDOW = ClassDesc.of(PACKAGE + "Window");
    private static final MethodTypeDesc INT_AT = MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long);
    private static final MethodTypeDesc AT_WORD =
            MethodTypeDesc.of(ConstantDescs.CD_boolean, ConstantDescs.CD_int, ConstantDescs.CD_int);

    enum Bug {
        /// Whatever has a possible length is a frame.
        NO_CHECKSUM(
                "FrameScanner",
                "isValid",
                code -> code.aload(0)
                        .iload(1)
                        .iload(2)
                        .invokevirtual(SCANNER, "isPlausible", AT_WORD)
                        .ifThen(plausible -> plausible
                                .aload(0)
                                .aload(0)
                                .getfield(SCANNER, "window", WINDOW)
                                .iload(1)
                                .bipush(FrameLayout.TYPE_OFFSET)
                                .iadd()
                                .i2l()
                                .invokevirtual(WINDOW, "intAt", INT_AT)
                                .putfield(SCANNER, "typeWord", ConstantDescs.CD_int)
                                .iconst_1()
                                .ireturn())
                        .iconst_0()
                        .ireturn()),
        /// Nothing behind damage is found again.
        NO_SEARCH("FrameScanner", "isResumption", code -> code.iconst_0().ireturn()),
        /// Damage is passed over in silence.
        SILENCE("Findings", "gap", code -> code.return_()),
        /// What a frame says of its length is believed, beyond the segment too.
        TRUSTED_LENGTH("FrameScanner", "isPlausible", code -> code.iconst_1().ireturn());

        private final String type;
        private final String method;
        private final Consumer<java.lang.classfile.CodeBuilder> body;

        Bug(String type, String method, Consumer<java.lang.classfile.CodeBuilder> body) {
            this.type = type;
            this.method = method;
            this.body = body;
        }

        byte[] plant(byte[] bytes) {
            final ClassFile classFile = ClassFile.of();
            final MethodTransform replace = (builder, element) -> {
                if (element instanceof CodeModel) {
                    builder.withCode(body::accept);
                } else {
                    builder.with(element);
                }
            };
            return classFile.transformClass(
                    classFile.parse(bytes),
                    ClassTransform.transformingMethods(each -> each.methodName().equalsString(method), replace));
        }
    }

    /// Loads the package anew, one class of it with a bug.
    private static final class Planted extends ClassLoader {
        private final Bug bug;

        Planted(Bug bug) {
            super(PlantedParserBugTest.class.getClassLoader());
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
                final byte[] planted = name.equals(PACKAGE + bug.type) ? bug.plant(bytes) : bytes;
                return defineClass(name, planted, 0, planted.length);
            } catch (IOException failure) {
                throw new ClassNotFoundException(name, failure);
            }
        }
    }

    /// What runs with the bug.
    static final class Machines {
        private Machines() {}

        static void flips() {
            final BitFlips flips;
            try {
                flips = new BitFlips(9);
            } catch (AssertionError failure) {
                throw new IllegalStateException("seen in the log that the flips begin with", failure);
            }
            flips.run();
        }

        static void fuzz() throws Exception {
            for (final byte[] seed : FuzzTarget.SEGMENT.seeds()) {
                seed[0] = 1; // checksums stay as they are
                for (int at = 1; at < seed.length; at += 7) {
                    final byte[] changed = seed.clone();
                    changed[at] ^= 4;
                    FuzzTarget.SEGMENT.code.accept(changed);
                }
                for (int at = 1; at < seed.length; at += FrameLayout.align(Bytes.getInt(seed, at))) {
                    final byte[] changed = seed.clone();
                    Bytes.putInt(changed, at, WalConfig.MAX_FRAME_BYTES - FrameLayout.ALIGNMENT);
                    FuzzTarget.SEGMENT.code.accept(changed);
                }
            }
        }
    }

    private static void assertCaught(Bug bug, String machine) throws Exception {
        final Method method =
                new Planted(bug).loadClass(Machines.class.getName()).getDeclaredMethod(machine);
        method.setAccessible(true);
        final Throwable cause = assertThrows(InvocationTargetException.class, () -> method.invoke(null))
                .getCause();
        assertInstanceOf(AssertionError.class, cause);
    }

    @Test
    void shouldPassWhenNothingIsPlanted() throws Exception {
        Machines.fuzz(); // the flips: BitFlipTest
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_CHECKSUM", "NO_SEARCH", "SILENCE"})
    @DisplayName("flipping bits finds the planted bug")
    void shouldBeCaughtWhenBitsAreFlipped(Bug bug) throws Exception {
        assertCaught(bug, "flips");
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_CHECKSUM", "TRUSTED_LENGTH"})
    @DisplayName("the fuzz target finds the planted bug")
    void shouldBeCaughtWhenFuzzed(Bug bug) throws Exception {
        assertCaught(bug, "fuzz");
    }
}
