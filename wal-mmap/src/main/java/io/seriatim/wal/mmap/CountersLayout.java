package io.seriatim.wal.mmap;

import io.seriatim.wal.format.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// `counters.dat`, version 1. Little-endian, 8-byte aligned: a header, then a block for each shard.
///
/// ```
///      0               4               8              12              16
///     +---------------+---------------+---------------+---------------+
///   0 |             magic             |    version    |    length     |
///     +---------------+---------------+---------------+---------------+
///  16 |          generation           |    crc32c     |    shards     |
///     +---------------+---------------+---------------+---------------+
///  32 |                             walId                             |
///     +---------------+---------------+---------------+---------------+
///  48 |                             bootId                            |
///     +---------------+---------------+---------------+---------------+
///  64 |             epoch             |            epochId            |
///     +---------------+---------------+---------------+---------------+
///  80 |              pid              |        processStarted         |
///     +---------------+---------------+---------------+---------------+
///  96 |            opened             |             closed            |
///     +---------------+---------------+---------------+---------------+
/// 112 |           published           |         publishedNanos        |
///     +---------------+---------------+---------------+---------------+
/// 128 |          flushNanos           |         segmentBytes          |
///     +---------------+---------------+---------------+---------------+
/// 144 |           diskBytes           |            maxBytes           |
///     +---------------+---------------+---------------+---------------+
/// 160 |                         zeros, up to 256                      |
///     +---------------+---------------+---------------+---------------+
/// ```
///
/// A shard's block is a row of longs in the order of the constants from [#TAIL] on, and zeros up to 256 bytes.
///
/// `generation` is odd while the rest is being stored. `crc32c` covers everything from `shards` to `length`, so a
/// reader that copies the file in the middle of that sees it, and looks again.
final class CountersLayout {
    static final long MAGIC = 0x5254_4e55_4f43_5453L; // "STCOUNTR"
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int LENGTH_OFFSET = VERSION_OFFSET + Integer.BYTES;
    static final int GENERATION_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    static final int CRC32C_OFFSET = GENERATION_OFFSET + Long.BYTES;
    static final int SHARDS_OFFSET = CRC32C_OFFSET + Integer.BYTES;
    static final int WAL_ID_OFFSET = SHARDS_OFFSET + Integer.BYTES;
    static final int BOOT_ID_OFFSET = WAL_ID_OFFSET + 2 * Long.BYTES;
    static final int EPOCH_OFFSET = BOOT_ID_OFFSET + 2 * Long.BYTES;
    static final int EPOCH_ID_OFFSET = EPOCH_OFFSET + Long.BYTES;
    static final int PID_OFFSET = EPOCH_ID_OFFSET + Long.BYTES;
    static final int PROCESS_STARTED_OFFSET = PID_OFFSET + Long.BYTES;
    static final int OPENED_OFFSET = PROCESS_STARTED_OFFSET + Long.BYTES;
    static final int CLOSED_OFFSET = OPENED_OFFSET + Long.BYTES;
    static final int PUBLISHED_OFFSET = CLOSED_OFFSET + Long.BYTES;
    static final int PUBLISHED_NANOS_OFFSET = PUBLISHED_OFFSET + Long.BYTES;
    static final int FLUSH_NANOS_OFFSET = PUBLISHED_NANOS_OFFSET + Long.BYTES;
    static final int SEGMENT_BYTES_OFFSET = FLUSH_NANOS_OFFSET + Long.BYTES;
    static final int DISK_BYTES_OFFSET = SEGMENT_BYTES_OFFSET + Long.BYTES;
    static final int MAX_BYTES_OFFSET = DISK_BYTES_OFFSET + Long.BYTES;
    static final int HEADER_BYTES = 256;

    static final int TAIL = 0;
    static final int COMMITTED = TAIL + Long.BYTES;
    static final int DURABLE = COMMITTED + Long.BYTES;
    static final int RECORDS = DURABLE + Long.BYTES;
    static final int SERIES = RECORDS + Long.BYTES;
    static final int SEGMENTS = SERIES + Long.BYTES;
    static final int MAPPED = SEGMENTS + Long.BYTES;
    static final int SPARES = MAPPED + Long.BYTES;
    static final int ROLLS = SPARES + Long.BYTES;
    static final int WAITS = ROLLS + Long.BYTES;
    static final int DROPPED = WAITS + Long.BYTES;
    static final int FAILED_PREPARATIONS = DROPPED + Long.BYTES;
    static final int STALLED_CLAIMS = FAILED_PREPARATIONS + Long.BYTES;
    static final int FORCES = STALLED_CLAIMS + Long.BYTES;
    static final int FORCED_BYTES = FORCES + Long.BYTES;
    static final int FORCE_NANOS = FORCED_BYTES + Long.BYTES;
    static final int LAST_FORCE_NANOS = FORCE_NANOS + Long.BYTES;
    static final int MAX_FORCE_NANOS = LAST_FORCE_NANOS + Long.BYTES;
    static final int POISONED = MAX_FORCE_NANOS + Long.BYTES;
    static final int SHARD_BYTES = 256;

    private static final VarHandle GENERATION =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private CountersLayout() {}

    static int length(int shards) {
        return HEADER_BYTES + shards * SHARD_BYTES;
    }

    static int shard(int shard) {
        return HEADER_BYTES + shard * SHARD_BYTES;
    }

    /// @return the checksum that these bytes should carry
    static int crc(CRC32C crc, byte[] bytes, int length) {
        crc.reset();
        crc.update(bytes, SHARDS_OFFSET, length - SHARDS_OFFSET);
        return (int) crc.getValue();
    }

    static long generation(byte[] bytes) {
        return Bytes.getLong(bytes, GENERATION_OFFSET);
    }

    /// Stores a generation before anything that is stored after it, and after anything before.
    static void generation(MemorySegment memory, long generation) {
        VarHandle.releaseFence();
        GENERATION.setVolatile(memory, (long) GENERATION_OFFSET, generation);
    }
}
