package io.seriatim.bench;

import io.seriatim.bench.Contender.Setup;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// The contenders, the flags that their JVM needs by their own documentation, and what must be said beside their
/// numbers.
enum ContenderKind {
    SERIATIM_WHOLE(
            "Seriatim, whole TimeSeries",
            "wal-mmap",
            SeriatimLog.Whole::new,
            "checksum; in the page cache on return; forced every 5 ms"),
    SERIATIM_HANDLE(
            "Seriatim, by handle",
            "wal-mmap",
            SeriatimLog.ByHandle::new,
            "checksum; in the page cache on return; forced every 5 ms"),
    AGRONA_RING(
            "Agrona ring + writer thread + FileChannel",
            "agrona",
            AgronaRing::new,
            "no checksum; returns before the data is in the page cache; forced only where durable is asked for; uses"
                    + " both cores",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dagrona.disable.bounds.checks=true"),
    STREAM(
            "BufferedOutputStream 64 KiB, synchronized",
            "",
            SynchronizedStream::new,
            "no checksum; returns before the data is in the page cache; forced only where durable is asked for"),
    AERON(
            "Aeron Archive, IPC, recorded",
            "aeron-archive",
            AeronArchiveLog::new,
            "no checksum; returns before the data is in the page cache; forced only where durable is asked for; two"
                    + " threads of its own, which suffer on two cores",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dagrona.disable.bounds.checks=true"),
    QUEUE(
            "ArrayBlockingQueue of objects + batching thread",
            "",
            ObjectQueue::new,
            "the ancestor's design; no checksum; returns before the data is in the page cache; forced only where"
                    + " durable is asked for; uses both cores; objects must not change after the put"),
    QUESTDB(
            "QuestDB WAL writer, commit per 1000",
            "questdb",
            QuestDbWal::new,
            "no checksum; columns and symbol keys, so fewer bytes; rows since the last commit are lost with the"
                    + " process; forced only where durable is asked for; the log is not applied to the table",
            "--add-exports=java.base/jdk.internal.math=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED"),
    CHRONICLE(
            "Chronicle Queue, writeBytes",
            "chronicle-queue",
            setup -> new ChronicleQueueLog(setup, false),
            "no checksum; in the page cache on return; forced only where durable is asked for; sparse files: a full"
                    + " disk is a SIGBUS",
            Flags.CHRONICLE),
    CHRONICLE_DOCUMENT(
            "Chronicle Queue, writingDocument",
            "chronicle-queue",
            setup -> new ChronicleQueueLog(setup, true),
            "no checksum; in the page cache on return; forced only where durable is asked for; sparse files; the write"
                    + " lock is held while the user serializes",
            Flags.CHRONICLE),
    MAPPED_BYTES(
            "Chronicle Bytes MappedBytes, synchronized",
            "chronicle-bytes",
            ChronicleMapped::new,
            "no format, no checksum; in the page cache on return; forced only where durable is asked for; sparse file;"
                    + " for one thread at a time",
            Flags.CHRONICLE),
    ARTEMIS_NIO(
            "Artemis journal, NIO",
            "artemis-journal",
            setup -> new ArtemisJournal(setup, false),
            "no checksum; returns before the data is in the page cache; a thread hop and objects for each append"),
    ARTEMIS_MAPPED(
            "Artemis journal, MAPPED",
            "artemis-journal",
            setup -> new ArtemisJournal(setup, true),
            "no checksum; returns before the data is in the page cache; a thread hop and objects for each append;"
                    + " forces the whole file each time"),
    CHANNEL(
            "FileChannel.write per record",
            "",
            ChannelPerRecord::new,
            "no checksum; in the page cache on return; forced only where durable is asked for"),
    ROCKSDB(
            "RocksDB, put",
            "rocksdbjni",
            setup -> new RocksDbStore(setup, false),
            "checksum; pays for its memtable, which a log alone has not; forced only where durable is asked for",
            "--enable-native-access=ALL-UNNAMED"),
    ROCKSDB_BATCH(
            "RocksDB, batches of 1000",
            "rocksdbjni",
            setup -> new RocksDbStore(setup, true),
            "checksum; pays for its memtable; items since the last batch are lost with the process; forced only where"
                    + " durable is asked for",
            "--enable-native-access=ALL-UNNAMED");

    final String title;
    final String caveats;
    final List<String> jvmFlags;
    private final String artifact;
    private final Opener opener;

    /// @param artifact the jar that has the version, or nothing for the JDK
    ContenderKind(String title, String artifact, Opener opener, String caveats, String... jvmFlags) {
        this.title = title;
        this.artifact = artifact;
        this.opener = opener;
        this.caveats = caveats;
        this.jvmFlags = List.of(jvmFlags);
    }

    Contender open(Setup setup) throws IOException {
        return opener.open(setup);
    }

    boolean isRival() {
        return !name().startsWith("SERIATIM");
    }

    /// @return its library and the version of it
    String version() {
        return artifact.isEmpty() ? "JDK" : Libraries.version(artifact);
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

    private interface Opener {
        Contender open(Setup setup) throws IOException;
    }

    private static final class Flags {
        /// As Chronicle's documentation lists them for Java 17 and later; without analytics and announcements.
        private static final String[] CHRONICLE = {
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dchronicle.analytics.disable=true",
            "-Dchronicle.announcer.disable=true",
        };
    }
}
