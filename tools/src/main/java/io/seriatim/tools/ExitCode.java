package io.seriatim.tools;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;

/// What every command says with its exit code.
public final class ExitCode {
    /// Everything is as it was written.
    public static final int SOUND = 0;

    /// The end is torn; nothing that was durable is missing.
    public static final int TORN = 1;

    /// Something that was durable, or may have been, is missing; or a promise did not hold.
    public static final int DAMAGED = 2;

    /// The command could not do its work: no such log, locked, input or output failed.
    public static final int FAILED = 3;

    /// What was compared is not the same.
    public static final int DIFFERENT = 4;

    /// The arguments make no sense, as in `sysexits.h`.
    public static final int BAD_ARGUMENTS = 64;

    private ExitCode() {}

    /// @return the code for a log in this state
    public static int of(ReplayReport.State state) {
        return switch (state) {
            case SOUND -> SOUND;
            case TORN -> TORN;
            case DAMAGED -> DAMAGED;
        };
    }

    /// @return the code for a log that was refused because of this damage
    static int of(Damage damage) {
        return damage.verdict() == Damage.Verdict.TORN ? TORN : DAMAGED;
    }
}
