package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;

/// The way to Flight Recorder. A JVM without the module `jdk.jfr` finds the end of it here: the classes of the events
/// are then never loaded.
///
/// Appending never comes here, except where an append waits for space or fails for good.
///
/// Nothing that goes wrong in an event concerns the log: no memory or no file left to load a class from would otherwise
/// end a shard, or keep a claim open. So every way in and out swallows what it meets.
final class WalEvents {
    private static final boolean PRESENT = isPresent();

    // Made when the first log is opened: the first append that has to wait should neither load nor make a class.
    private static final Waiting NO_WAIT = Waiting.UNSEEN;
    private static final Recovering NO_RECOVERY = Recovering.UNSEEN;
    private static final Replaying NO_REPLAY = Replaying.UNSEEN;

    private WalEvents() {}

    private static boolean isPresent() {
        try {
            Class.forName("jdk.jfr.Event");
            // Now, while there are files to be had: they are needed when there may be none.
            MethodHandles.lookup().ensureInitialized(BackpressureWaitEvent.class);
            MethodHandles.lookup().ensureInitialized(PoisonEvent.class);
            return true;
        } catch (ReflectiveOperationException | LinkageError _) {
            return false;
        }
    }

    /// An append that waits for space.
    @FunctionalInterface
    interface Waiting {
        Waiting UNSEEN = (_, _) -> {};

        /// The wait is over.
        ///
        /// @param background knows why there was no space
        /// @param granted    false if the append failed
        void ends(Background background, boolean granted);
    }

    /// A shard that is examined when its log is opened.
    @FunctionalInterface
    interface Recovering {
        Recovering UNSEEN = _ -> {};

        /// What was found is durable.
        void ends(ShardRecovery recovery);
    }

    /// A log that is read.
    @FunctionalInterface
    interface Replaying {
        Replaying UNSEEN = _ -> {};

        /// Everything has been read.
        void ends(ReplayReport report);
    }

    /// @return events of one shard, for one owner; they are used again and again, so that they are no garbage
    static ShardEvents shard(int shard) {
        try {
            return PRESENT ? new RecordedShard(shard) : ShardEvents.SILENT;
        } catch (Throwable _) {
            return ShardEvents.SILENT;
        }
    }

    static Waiting waitBegins(int shard, int bytes) {
        try {
            return PRESENT ? BackpressureWaitEvent.waiting(shard, bytes) : NO_WAIT;
        } catch (Throwable _) {
            return NO_WAIT;
        }
    }

    static Recovering recoveryBegins() {
        try {
            return PRESENT ? RecoveryEvent.recovering() : NO_RECOVERY;
        } catch (Throwable _) {
            return NO_RECOVERY;
        }
    }

    static Replaying replayBegins(Path directory, ReplayOptions options) {
        try {
            return PRESENT ? ReplayEvent.replaying(directory, options) : NO_REPLAY;
        } catch (Throwable _) {
            return NO_REPLAY;
        }
    }

    /// A shard has ended for good. Whatever happens here, it goes no further: the shard's end must not be hindered.
    static void poisoned(int shard, long durable, long committed, Throwable cause) {
        try {
            if (PRESENT) {
                PoisonEvent.poisoned(shard, durable, committed, cause);
            }
        } catch (Throwable _) {
            // Who is concerned learns it from an exception.
        }
    }

    /// @return what an exception says of itself, if it can
    static String describe(Throwable failure) {
        try {
            return failure.toString();
        } catch (Throwable _) {
            return failure.getClass().getName();
        }
    }
}
