package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The simulator is tested by bugs: planted in what is under the log, where the bug is a lie of the file system or
/// looks like one, else in the log's own classes, rewritten while they are loaded. Each must be found. The baseline
/// that finds nothing without a bug is [CrashOracleTest].
@ExtendWith(QuietLog.class)
class CrashMutantTest {
    private static final int MOST_SEEDS = 60;
    private static final ClassDesc CLAIMS = ClassDesc.of("io.seriatim.wal.mmap.Claims");
    private static final ClassDesc SERIES = ClassDesc.of("io.seriatim.wal.mmap.Series");
    private static final ClassDesc SHARD = ClassDesc.of("io.seriatim.wal.mmap.Shard");
    private static final ClassDesc FLUSHER = ClassDesc.of("io.seriatim.wal.mmap.ShardFlusher");

    /// Bugs planted under the log.
    enum Lie {
        /// Nothing is forced at all.
        FORCE_THAT_DOES_NOTHING(storage -> skip(storage, Call.FORCE_RANGE, "*.seg")),
        /// A part of the range is forgotten.
        FORCE_THAT_LOSES_THE_MIDDLE(
                storage -> storage.fail(Call.FORCE_RANGE, "*.seg").with(Effect.SKIP_MIDDLE)),
        /// Each force of a segment is done when the next one is called: what it was to cover is acknowledged before.
        ACKNOWLEDGE_BEFORE_FORCE(
                storage -> storage.fail(Call.FORCE_RANGE, "*.seg").with(Effect.DELAY)),
        /// No directory is ever synced.
        NO_DIRECTORY_SYNC(storage -> skip(storage, Call.SYNC_DIRECTORY, "*")),
        /// The log's own directory is not.
        NO_SYNC_OF_THE_LOG_DIRECTORY(storage -> skip(storage, Call.SYNC_DIRECTORY, "wal")),
        /// What recovery stores again stays in the page cache.
        RECOVERY_THAT_FORCES_NOTHING(storage -> skip(storage, Call.FORCE, "*.seg")),
        /// A new segment gets its name before its zeros are on disk.
        NEW_FILE_NOT_FORCED(storage -> skip(storage, Call.FORCE, "*.tmp")),
        /// New segments are not zeroed: they hold what a segment of this log held before.
        RECYCLED_FILE(storage -> storage.fail(Call.WRITE, "*.tmp").with(Effect.RECYCLE)),
        /// A force fails, is called again, and succeeds, because the kernel takes the pages for clean.
        RETRY_AFTER_FAILED_FORCE(
                storage -> storage.fail(Call.FORCE_RANGE, "*.seg").after(5).with(Effect.CLEAN_AND_SUCCEED)),
        /// What recovery has stored again it extends by a frame of its own.
        RECOVERY_THAT_APPENDS_TO_THE_TORN_SEGMENT(
                storage -> storage.fail(Call.WRITE, "*.seg").with(Effect.APPEND_FRAME));

        private final Consumer<FaultyStorage> plant;

        Lie(Consumer<FaultyStorage> plant) {
            this.plant = plant;
        }

        private static void skip(FaultyStorage storage, Call call, String glob) {
            storage.fail(call, glob).with(Effect.SKIP);
        }
    }

    /// Bugs planted in the log's classes.
    enum Mutant {
        /// The reader believes every checksum: the comparisons in `isValid` are dropped.
        NO_CRC("mmap.FrameScanner", "isValid", new CodeTransform() {
            private String invoked = "";

            @Override
            public void accept(java.lang.classfile.CodeBuilder code, CodeElement element) {
                final boolean compared = invoked.equals("at") || invoked.equals("getInt");
                if (compared && element instanceof BranchInstruction branch && branch.opcode() == Opcode.IF_ICMPNE) {
                    code.pop2();
                } else {
                    code.with(element);
                }
                invoked = element instanceof InvokeInstruction invoke
                        ? invoke.name().stringValue()
                        : element instanceof java.lang.classfile.Instruction ? "" : invoked;
            }
        }),
        /// The seed of a checksum does without the position: 0 is loaded in its place.
        CRC_WITHOUT_POSITION("format.FrameSeed", "at", (code, element) -> {
            if (element instanceof LoadInstruction load && load.slot() == 2) {
                code.lconst_0();
            } else {
                code.with(element);
            }
        }),
        /// The commit word is positive from the start: the claim's length is stored without its sign.
        COMMIT_BEFORE_PAYLOAD("mmap.Shard", "publish", commitFirst()),
        /// The same for a single sample.
        COMMIT_BEFORE_PAYLOAD_OF_A_SAMPLE("mmap.Shard", "publishSample", commitFirst()),
        /// What is published as durable is the tail after the force, not what was committed before it.
        POSITION_CAPTURED_AFTER_FORCE("mmap.ShardFlusher", "force", (code, element) -> {
            if (element instanceof InvokeInstruction invoke && invoke.name().equalsString("publish")) {
                code.pop2()
                        .aload(0)
                        .getfield(FLUSHER, "claims", CLAIMS)
                        .invokevirtual(CLAIMS, "tailPosition", MethodTypeDesc.of(ConstantDescs.CD_long));
            }
            code.with(element);
        }),
        /// Marks assert nothing.
        WATERMARK_STUCK_AT_0("mmap.ShardFlusher", "putMark", watermark(0)),
        /// Marks assert nothing beyond the second page.
        WATERMARK_STUCK("mmap.ShardFlusher", "putMark", watermark(8192)),
        /// Marks assert more than was forced: a batch ahead.
        WATERMARK_TOO_HIGH("mmap.ShardFlusher", "putMark", (code, element) -> {
            code.with(element);
            if (isDurable(element)) {
                code.ldc(256L).ladd();
            }
        }),
        /// Every series counts as declared in every segment.
        REFERENCE_WITHOUT_DEFINITION("mmap.Series", "isDeclaredIn", CodeTransform.ofStateful(() -> new CodeTransform() {
            @Override
            public void atStart(java.lang.classfile.CodeBuilder code) {
                code.iconst_1().ireturn();
            }

            @Override
            public void accept(java.lang.classfile.CodeBuilder code, CodeElement element) {
                // Nothing of the old body.
            }
        })),
        /// A series is declared before its definition is committed.
        DEFINITION_AFTER_REFERENCE("mmap.Shard", "publishDefinition", new CodeTransform() {
            @Override
            public void atStart(java.lang.classfile.CodeBuilder code) {
                code.aload(1)
                        .aload(0)
                        .getfield(SHARD, "claims", CLAIMS)
                        .invokevirtual(CLAIMS, "ordinal", MethodTypeDesc.of(ConstantDescs.CD_int))
                        .invokevirtual(
                                SERIES, "declare", MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));
            }

            @Override
            public void accept(java.lang.classfile.CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        });

        private final String className;
        private final String method;
        private final CodeTransform change;

        Mutant(String className, String method, CodeTransform change) {
            this.className = className;
            this.method = method;
            this.change = change;
        }

        private static CodeTransform commitFirst() {
            return (code, element) -> {
                if (element instanceof InvokeInstruction invoke && invoke.name().equalsString("claimOpaque")) {
                    code.swap().ineg().swap(); // the length, under the checksum
                }
                code.with(element);
            };
        }

        private static CodeTransform watermark(long most) {
            return (code, element) -> {
                code.with(element);
                if (isDurable(element)) {
                    code.ldc(most)
                            .invokestatic(
                                    ClassDesc.of("java.lang.Math"),
                                    "min",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_long, ConstantDescs.CD_long, ConstantDescs.CD_long));
                }
            };
        }

        private static boolean isDurable(CodeElement element) {
            return element instanceof FieldInstruction field
                    && field.opcode() == Opcode.GETFIELD
                    && field.name().equalsString("durable");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P1 to P4: the simulator finds lies of what is under the log")
    void shouldFindALie(Lie lie) throws InterruptedException {
        report(lie, search(lie.plant, MOST_SEEDS));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P1 to P4: the simulator finds bugs of the log itself")
    void shouldFindAMutant(Mutant mutant) throws ReflectiveOperationException {
        final MutatedClasses classes = new MutatedClasses(mutant.className, mutant.method, mutant.change);
        final String found = search(classes, MOST_SEEDS);
        assertTrue(classes.isApplied(), "no such code: " + mutant);
        report(mutant, found);
    }

    @Test
    @DisplayName("P1 to P4: classes loaded once more without a bug have none")
    void shouldFindNothingWithoutABug() throws ReflectiveOperationException {
        final MutatedClasses classes = new MutatedClasses("mmap.Shard", "publish", CodeTransform.ACCEPT_ALL);

        final String found = search(classes, 1);

        assertTrue(found == null, () -> "found: " + found);
    }

    /// Runs [#search(Consumer, int)] of the copy.
    private static String search(MutatedClasses classes, int seeds) throws ReflectiveOperationException {
        final Method search = classes.loadClass(CrashMutantTest.class.getName())
                .getDeclaredMethod("search", Consumer.class, int.class);
        search.setAccessible(true);
        final Consumer<?> nothing = _ -> {};
        return (String) search.invoke(null, nothing, seeds);
    }

    private static void report(Enum<?> bug, String found) {
        if (found == null) {
            fail("survived " + MOST_SEEDS + " seeds: " + bug);
        }
        System.out.println("found " + bug + ": " + found);
    }

    /// @return what was found first, or null
    private static String search(Consumer<FaultyStorage> plant, int seeds) throws InterruptedException {
        for (long seed = 0; seed < seeds; seed++) {
            try {
                new CrashRun(seed, false, plant).run();
            } catch (AssertionError | RuntimeException found) {
                return "seed=" + seed + " "
                        + String.valueOf(found).lines().findFirst().orElse("");
            }
        }
        return null;
    }
}
