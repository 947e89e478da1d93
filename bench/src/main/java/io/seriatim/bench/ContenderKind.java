package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The contenders, the flags that their JVM needs, and what must be said beside their numbers.
enum ContenderKind {
    SERIATIM_WHOLE("Seriatim, whole TimeSeries", "checksum; in the page cache on return; forced every 5 ms") {
        @Override
        Contender open(Path directory, int shards) {
            return new SeriatimLog.Whole(directory, shards);
        }
    },
    SERIATIM_HANDLE("Seriatim, by handle", "checksum; in the page cache on return; forced every 5 ms") {
        @Override
        Contender open(Path directory, int shards) {
            return new SeriatimLog.ByHandle(directory, shards);
        }
    },
    AGRONA_RING(
            "Agrona ring + writer thread + FileChannel",
            "no checksum; returns before the data is in the page cache; never forced; uses both cores",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dagrona.disable.bounds.checks=true") {
        @Override
        Contender open(Path directory, int shards) {
            return new AgronaRing(directory);
        }
    },
    STREAM(
            "BufferedOutputStream 64 KiB, synchronized",
            "no checksum; returns before the data is in the page cache; never forced") {
        @Override
        Contender open(Path directory, int shards) {
            return new SynchronizedStream(directory);
        }
    },
    QUEUE(
            "ArrayBlockingQueue of objects + batching thread",
            "no checksum; returns before the data is in the page cache; never forced; uses both cores;"
                    + " objects must not change after the put") {
        @Override
        Contender open(Path directory, int shards) {
            return new ObjectQueue(directory);
        }
    },
    CHANNEL("FileChannel.write per record", "no checksum; in the page cache on return; never forced") {
        @Override
        Contender open(Path directory, int shards) {
            return new ChannelPerRecord(directory);
        }
    };

    final String title;
    final String caveats;
    final List<String> jvmFlags;

    ContenderKind(String title, String caveats, String... jvmFlags) {
        this.title = title;
        this.caveats = caveats;
        this.jvmFlags = List.of(jvmFlags);
    }

    /// @param directory empty
    /// @param shards    for a contender that has shards
    abstract Contender open(Path directory, int shards) throws IOException;

    boolean isRival() {
        return !name().startsWith("SERIATIM");
    }

    /// @return the name as typed on a command line
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @param id as typed on a command line
    /// @throws IllegalArgumentException if there is none of that name
    static ContenderKind of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
