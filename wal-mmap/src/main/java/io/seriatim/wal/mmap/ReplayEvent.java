package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// See `EVENTS.md`.
@Name("io.seriatim.wal.Replay")
@Label("Replay")
@Description("A log was read from its beginning to its end and handed to a handler")
@Category("Seriatim")
@StackTrace(false)
final class ReplayEvent extends Event implements WalEvents.Replaying {
    @Label("Directory")
    @Description("The log's directory, as named by the caller")
    String directory;

    @Label("Policy")
    @Description("STRICT and PREFIX read everything twice")
    String policy;

    @Label("Threads")
    @Description("Threads that read")
    int threads;

    @Label("Shards")
    @Description("Shards that were read, those too that an earlier shard count left behind")
    int shards;

    @Label("Bytes")
    @Description("Bytes of valid frames")
    @DataAmount
    long bytes;

    @Label("Records")
    @Description("Records handed on; those appended together are one")
    long records;

    @Label("Samples")
    @Description("Samples handed on under their labels")
    long samples;

    @Label("Damages")
    @Description("Damaged ranges found, harmless ones too")
    long damages;

    @Label("State")
    @Description("SOUND, TORN or DAMAGED")
    String state;

    private ReplayEvent(Path directory, ReplayOptions options) {
        this.directory = directory.toString();
        this.policy = options.policy().name();
        this.threads = options.threads();
    }

    static WalEvents.Replaying replaying(Path directory, ReplayOptions options) {
        final ReplayEvent event = new ReplayEvent(directory, options);
        event.begin();
        return event;
    }

    @Override
    public void ends(ReplayReport report) {
        try {
            end();
            if (shouldCommit()) {
                shards = report.shards().size();
                bytes = report.shards().stream()
                        .mapToLong(ReplayReport.Shard::bytes)
                        .sum();
                records = report.records();
                samples = report.samples();
                damages = report.damages().size() + report.damagesBeyond();
                state = report.state().name();
                commit();
            }
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }
}
