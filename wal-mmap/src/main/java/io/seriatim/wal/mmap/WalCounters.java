package io.seriatim.wal.mmap;

import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.Bytes;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/// What a log's writer says of itself in `counters.dat`, at one moment; any process may read it. Advice only: it may
/// be old, or absent, and nothing in the log depends on it. `COUNTERS.md` describes the file.
///
/// Counters only grow from one opening of the log to its end. Positions are bytes in a shard's endless log.
///
/// @param generation     grows by 2 each time that the writer publishes
/// @param walId          identity of the log
/// @param bootId         the machine's run in which the writer runs, zeros if unknown
/// @param epoch          how many times the log had been opened
/// @param epochId        identity of this opening
/// @param pid            the writer's process
/// @param processStarted when that was started, epoch milliseconds; 0 if unknown
/// @param opened         when the log was opened, epoch milliseconds
/// @param closed         when it was closed, epoch milliseconds; 0 if it is open, or its writer died
/// @param published      when this was published, epoch milliseconds
/// @param publishedNanos the same on a clock that nobody sets: for rates
/// @param flushNanos     the longest time that an append stays unforced if the disk keeps up
/// @param segmentBytes   length of a segment
/// @param diskBytes      length of all segments
/// @param maxBytes       the cap on that, 0 if there is none
/// @param shards         per shard, by number
public record WalCounters(
        long generation,
        UUID walId,
        UUID bootId,
        long epoch,
        long epochId,
        long pid,
        long processStarted,
        long opened,
        long closed,
        long published,
        long publishedNanos,
        long flushNanos,
        long segmentBytes,
        long diskBytes,
        long maxBytes,
        List<Shard> shards) {

    private static final int LOOKS = 50;
    private static final long PAUSE_NS = 1_000_000;
    private static final int MAX_BYTES = 4 << 20;
    private static final Duration START_SLACK = Duration.ofSeconds(2);

    /// One shard's counters.
    ///
    /// @param shard              its number
    /// @param tail               position that the next append gets
    /// @param committed          position below which every record is whole
    /// @param durable            position below which everything survives power loss
    /// @param records            records appended
    /// @param series             series registered
    /// @param segments           segments on disk
    /// @param mapped             segments mapped
    /// @param spares             segments ready ahead
    /// @param rolls              changes to a next segment
    /// @param waits              appends that had to wait for a segment
    /// @param dropped            appends dropped because there was none
    /// @param failedPreparations segments that could not be prepared
    /// @param stalledClaims      times that an append under way held the shard back beyond the limit
    /// @param forces             successful forces
    /// @param forcedBytes        bytes that they covered
    /// @param forceNanos         how long they took, all together
    /// @param lastForceNanos     how long the last one took
    /// @param maxForceNanos      how long the longest one took
    /// @param poisoned           whether the shard takes nothing any more
    public record Shard(
            int shard,
            long tail,
            long committed,
            long durable,
            long records,
            long series,
            long segments,
            long mapped,
            long spares,
            long rolls,
            long waits,
            long dropped,
            long failedPreparations,
            long stalledClaims,
            long forces,
            long forcedBytes,
            long forceNanos,
            long lastForceNanos,
            long maxForceNanos,
            boolean poisoned) {}

    /// Copies the list.
    public WalCounters {
        shards = List.copyOf(shards);
    }

    /// Reads the counters of the log in a directory.
    ///
    /// @return empty if there are none: the log was never opened for writing, or its writer could not publish
    /// @throws UnsupportedFormatException if the writer is of another version
    /// @throws WalIoException             if the file cannot be read, or holds something else
    public static Optional<WalCounters> read(Path directory) {
        return read(FileStorage.INSTANCE, directory);
    }

    static Optional<WalCounters> read(Storage storage, Path directory) {
        final Path file = directory.resolve(LogFiles.COUNTERS);
        if (!storage.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            String problem = "";
            for (int look = 0; look < LOOKS; look++) {
                final byte[] bytes = copy(storage, file);
                problem = problem(file, bytes);
                if (problem == null) {
                    return Optional.of(decode(bytes));
                }
                LockSupport.parkNanos(PAUSE_NS); // the writer may be at it
            }
            throw new WalIoException("understand the counters", file, new IOException(problem));
        } catch (NoSuchFileException | FileNotFoundException _) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new WalIoException("read the counters", file, failure);
        }
    }

    private static byte[] copy(Storage storage, Path file) throws IOException {
        try (StorageFile in = storage.open(file, false)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(in.size(), MAX_BYTES));
            while (bytes.hasRemaining()) {
                if (in.read(bytes, bytes.position()) < 0) {
                    throw new EOFException("file became shorter: bytes=" + bytes.position());
                }
            }
            return bytes.array();
        }
    }

    /// @return what is wrong with these bytes, or null
    /// @throws UnsupportedFormatException if they are of another version
    private static String problem(Path file, byte[] bytes) {
        if (bytes.length < CountersLayout.HEADER_BYTES) {
            return "too short: bytes=" + bytes.length;
        }
        final long magic = Bytes.getLong(bytes, CountersLayout.MAGIC_OFFSET);
        if (magic != CountersLayout.MAGIC) {
            return "other magic: magic=" + Long.toHexString(magic);
        }
        final int version = Bytes.getInt(bytes, CountersLayout.VERSION_OFFSET);
        if (version != CountersLayout.VERSION) {
            throw new UnsupportedFormatException(file, "version of the counters", version, CountersLayout.VERSION);
        }
        final int length = Bytes.getInt(bytes, CountersLayout.LENGTH_OFFSET);
        final int shards = Bytes.getInt(bytes, CountersLayout.SHARDS_OFFSET);
        if (length < CountersLayout.HEADER_BYTES
                || length > bytes.length
                || shards < 0
                || shards != (length - CountersLayout.HEADER_BYTES) / CountersLayout.SHARD_BYTES
                || length != CountersLayout.length(shards)) {
            return "length and shards do not match: length=" + length + " shards=" + shards + " bytes=" + bytes.length;
        }
        final int found = Bytes.getInt(bytes, CountersLayout.CRC32C_OFFSET);
        final int wanted = CountersLayout.crc(new CRC32C(), bytes, length);
        if (found != wanted || (CountersLayout.generation(bytes) & 1) != 0) {
            return "checksum is wrong, or the writer died while publishing: crc=0x" + Integer.toHexString(found)
                    + " expected=0x" + Integer.toHexString(wanted);
        }
        return null;
    }

    private static WalCounters decode(byte[] bytes) {
        final List<Shard> shards = new ArrayList<>();
        for (int shard = 0; shard < Bytes.getInt(bytes, CountersLayout.SHARDS_OFFSET); shard++) {
            shards.add(shard(bytes, shard));
        }
        return new WalCounters(
                CountersLayout.generation(bytes),
                id(bytes, CountersLayout.WAL_ID_OFFSET),
                id(bytes, CountersLayout.BOOT_ID_OFFSET),
                Bytes.getLong(bytes, CountersLayout.EPOCH_OFFSET),
                Bytes.getLong(bytes, CountersLayout.EPOCH_ID_OFFSET),
                Bytes.getLong(bytes, CountersLayout.PID_OFFSET),
                Bytes.getLong(bytes, CountersLayout.PROCESS_STARTED_OFFSET),
                Bytes.getLong(bytes, CountersLayout.OPENED_OFFSET),
                Bytes.getLong(bytes, CountersLayout.CLOSED_OFFSET),
                Bytes.getLong(bytes, CountersLayout.PUBLISHED_OFFSET),
                Bytes.getLong(bytes, CountersLayout.PUBLISHED_NANOS_OFFSET),
                Bytes.getLong(bytes, CountersLayout.FLUSH_NANOS_OFFSET),
                Bytes.getLong(bytes, CountersLayout.SEGMENT_BYTES_OFFSET),
                Bytes.getLong(bytes, CountersLayout.DISK_BYTES_OFFSET),
                Bytes.getLong(bytes, CountersLayout.MAX_BYTES_OFFSET),
                shards);
    }

    private static UUID id(byte[] bytes, int offset) {
        return new UUID(Bytes.getLong(bytes, offset), Bytes.getLong(bytes, offset + Long.BYTES));
    }

    private static Shard shard(byte[] bytes, int shard) {
        final int at = CountersLayout.shard(shard);
        return new Shard(
                shard,
                Bytes.getLong(bytes, at + CountersLayout.TAIL),
                Bytes.getLong(bytes, at + CountersLayout.COMMITTED),
                Bytes.getLong(bytes, at + CountersLayout.DURABLE),
                Bytes.getLong(bytes, at + CountersLayout.RECORDS),
                Bytes.getLong(bytes, at + CountersLayout.SERIES),
                Bytes.getLong(bytes, at + CountersLayout.SEGMENTS),
                Bytes.getLong(bytes, at + CountersLayout.MAPPED),
                Bytes.getLong(bytes, at + CountersLayout.SPARES),
                Bytes.getLong(bytes, at + CountersLayout.ROLLS),
                Bytes.getLong(bytes, at + CountersLayout.WAITS),
                Bytes.getLong(bytes, at + CountersLayout.DROPPED),
                Bytes.getLong(bytes, at + CountersLayout.FAILED_PREPARATIONS),
                Bytes.getLong(bytes, at + CountersLayout.STALLED_CLAIMS),
                Bytes.getLong(bytes, at + CountersLayout.FORCES),
                Bytes.getLong(bytes, at + CountersLayout.FORCED_BYTES),
                Bytes.getLong(bytes, at + CountersLayout.FORCE_NANOS),
                Bytes.getLong(bytes, at + CountersLayout.LAST_FORCE_NANOS),
                Bytes.getLong(bytes, at + CountersLayout.MAX_FORCE_NANOS),
                Bytes.getLong(bytes, at + CountersLayout.POISONED) != 0);
    }

    /// Whether the process that wrote this is still there. From another container it may look dead when it is not:
    /// then only a growing [#generation()] tells.
    ///
    /// @return false if it has ended for certain, as far as this process can see
    public boolean isWriterAlive() {
        final UUID here = FileStorage.INSTANCE.bootId();
        if (!here.equals(bootId)) {
            return false;
        }
        final Optional<ProcessHandle> process = pid > 0 ? ProcessHandle.of(pid) : Optional.empty();
        if (process.isEmpty() || !process.get().isAlive()) {
            return false;
        }
        final Optional<Instant> started = process.get().info().startInstant();
        // The same number may be another process's by now.
        return processStarted == 0
                || started.isEmpty()
                || Duration.between(started.get(), Instant.ofEpochMilli(processStarted))
                                .abs()
                                .compareTo(START_SLACK)
                        <= 0;
    }
}
