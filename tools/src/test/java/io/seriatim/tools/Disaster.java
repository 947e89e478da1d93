package io.seriatim.tools;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/// The disasters of `RUNBOOK.md`: each leaves a log called `wal` in a directory.
enum Disaster {
    KILLED(parent -> Harm.killed(parent.resolve("wal"))),
    POWER_CUT(parent -> {
        Harm.killed(parent.resolve("wal"));
        for (int shard = 0; shard < 2; shard++) {
            final Surgery tail = Surgery.on(segment(parent, shard, 0)).otherBoot();
            if (shard == 0) {
                // Two pages of the tail had not been written out, the one behind them had.
                final List<Integer> frames = tail.frames();
                final int from =
                        frames.stream().filter(at -> at <= 36864).toList().getLast();
                tail.zero(from, 45056);
            }
            tail.save();
        }
    }),
    FULL_DISK(parent -> {
        Harm.closed(parent.resolve("wal"));
        Files.write(parent.resolve("wal/shard-000/0000000000000003.seg.tmp"), new byte[5120]);
    }),
    BIT_ROT_SEALED(parent -> Harm.CHECKSUM_LOST.make(parent.resolve("wal"))),
    BIT_ROT_TAIL(parent -> {
        Harm.closed(parent.resolve("wal"));
        final Path last = Logs.segments(parent.resolve("wal"), 1).getLast();
        Surgery.on(last)
                .flip(Surgery.on(last).frames(FrameLayout.SAMPLE).getLast() + 20)
                .save();
    }),
    MISSING_SEGMENT(parent -> {
        Harm.closed(parent.resolve("wal"));
        Files.createDirectory(parent.resolve("lost+found"));
        Files.move(segment(parent, 0, 1), parent.resolve("lost+found/#1835028.seg"));
    }),
    SWAPPED(parent -> Harm.SWAPPED_SEGMENTS.make(parent.resolve("wal"))),
    MIXED(parent -> {
        final Path log = parent.resolve("wal");
        Harm.closed(log);
        Logs.copy(log, parent.resolve("backup"));
        Harm.closed(parent.resolve("other"));
        Files.delete(segment(parent, 1, 1));
        Files.move(parent.resolve("other/shard-001/0000000000000001.seg"), segment(parent, 1, 1));
    }),
    TRUNCATED(parent -> Harm.TRUNCATED_LOST.make(parent.resolve("wal"))),
    HEADER(parent -> Harm.BAD_HEADER_INFERRED.make(parent.resolve("wal"))),
    LOCK(parent -> Harm.killed(parent.resolve("wal"))),
    NEWER(parent -> Harm.NEWER_VERSION.make(parent.resolve("wal")));

    private final Harm.Step step;

    Disaster(Harm.Step step) {
        this.step = step;
    }

    void in(Path parent) throws IOException {
        step.on(parent);
    }

    private static Path segment(Path parent, int shard, int sequence) {
        return parent.resolve("wal/shard-%03d/%016x.seg".formatted(shard, sequence));
    }

    /// Lets `wal.meta` be of a newer version.
    static void newerMeta(Path parent) throws IOException {
        final Path meta = parent.resolve("wal/wal.meta");
        final byte[] bytes = Files.readAllBytes(meta);
        Bytes.putInt(bytes, 8, 2);
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        Bytes.putInt(bytes, bytes.length - Integer.BYTES, (int) crc.getValue());
        Files.write(meta, bytes);
    }
}
