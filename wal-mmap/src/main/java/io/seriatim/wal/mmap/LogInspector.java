package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// For tools that look at a log as bytes: which file is what, and where in it lies which frame. It is the
/// reader of [MappedWal#replay] that looks, so there is one opinion about every byte. Needs no lock and changes
/// nothing.
///
/// Stateless; any thread.
public final class LogInspector {
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final Storage STORAGE = FileStorage.INSTANCE;

    private LogInspector() {}

    /// Looks at a log's files, not at its frames.
    ///
    /// @throws io.seriatim.wal.NotALogException           if there is no log
    /// @throws io.seriatim.wal.UnsupportedFormatException if a newer program wrote it
    /// @throws io.seriatim.wal.WalIoException             if it cannot be read
    public static InspectedLog log(Path directory) {
        try {
            final LogDirectory log = LogDirectory.require(STORAGE, directory);
            final List<InspectedSegment> segments = new ArrayList<>();
            for (final List<SegmentFile> shard : log.shards().values()) {
                HeaderRepair.infer(STORAGE, shard).forEach(file -> segments.add(InspectedSegment.of(file)));
            }
            final List<SegmentHeader> headers = segments.stream()
                    .map(InspectedSegment::header)
                    .filter(header -> header != null)
                    .toList();
            return new InspectedLog(
                    directory,
                    log.meta().walId(),
                    log.meta().timeUnit(),
                    Math.max(log.meta().epoch(), log.newestEpoch()),
                    log.metaNote(),
                    Arrays.stream(log.meta().floors()).boxed().toList(),
                    headers.stream()
                            .max(Comparator.comparingLong(SegmentHeader::epoch))
                            .map(SegmentHeader::shards)
                            .orElse(0),
                    headers.stream().mapToInt(SegmentHeader::segmentBytes).max().orElse(0),
                    segments);
        } catch (IOException failure) {
            throw new WalIoException("look at the log", directory, failure);
        }
    }

    /// Replays a log as [MappedWal#replay] does, and tells of every part of every segment that is read on the
    /// way.
    ///
    /// @param options SALVAGE, since the other policies read twice
    /// @return what was read, and everything that was not as written
    /// @throws IllegalArgumentException                   if the policy is another
    /// @throws io.seriatim.wal.NotALogException           if there is no log
    /// @throws io.seriatim.wal.UnsupportedFormatException if a newer program wrote it
    /// @throws io.seriatim.wal.WalIoException             if it cannot be read
    public static ReplayReport inspect(
            Path directory, ReplayOptions options, ReplayHandler handler, SegmentVisitor visitor) {
        return Replayer.inspect(STORAGE, directory, options, handler, visitor);
    }

    /// Looks at one file, wherever it lies. If its header is destroyed and it lies among the other segments of
    /// its shard, what these say of it is used.
    ///
    /// @throws io.seriatim.wal.WalIoException if it cannot be read
    public static InspectedSegment segment(Path file) {
        try {
            final SegmentFile among = amongOthers(file);
            final SegmentHeader header = header(file);
            if (header == null) {
                return InspectedSegment.of(among != null ? among : SegmentFile.inspect(STORAGE, file, 0, 0));
            }
            final SegmentFile alone = SegmentFile.inspect(STORAGE, file, header.shard(), header.sequence());
            final InspectedSegment segment = InspectedSegment.of(alone);
            return among == null || among.problem() == null
                    ? segment
                    : new InspectedSegment(
                            segment.file(),
                            segment.shard(),
                            segment.sequence(),
                            segment.bytes(),
                            segment.header(),
                            segment.seal(),
                            among.problem(),
                            among.detail());
        } catch (IOException failure) {
            throw new WalIoException("look at the segment", file, failure);
        }
    }

    /// Goes through one segment from its first frame to its end.
    ///
    /// @throws io.seriatim.wal.WalIoException if it cannot be read
    public static void walk(InspectedSegment segment, SegmentVisitor visitor) {
        final SegmentFile read = segment.toFile();
        final Visits visits = new Visits(visitor);
        visits.segment(read, read.header() != null);
        if (read.header() == null) {
            return;
        }
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        try (StorageFile file = STORAGE.open(read.file(), false)) {
            scanner.open(file, read);
            while (visits.next(read, scanner) != FrameScanner.END) {
                // The visitor is told.
            }
        } catch (IOException failure) {
            throw new WalIoException("read the segment", segment.file(), failure);
        }
    }

    /// @return the header that the file itself has, or null
    private static SegmentHeader header(Path file) throws IOException {
        if (!STORAGE.isRegularFile(file)) {
            if (!STORAGE.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            return null;
        }
        try (StorageFile open = STORAGE.open(file, false)) {
            final ByteBuffer block = ByteBuffer.allocate(SegmentHeader.BLOCK_BYTES);
            while (block.hasRemaining() && open.read(block, block.position()) > 0) {
                // A short file leaves zeros, which are no header.
            }
            return SegmentHeader.decode(block.array());
        } catch (MalformedFrameException _) {
            return null;
        }
    }

    /// @return the file as its log sees it, or null if it lies in none
    private static SegmentFile amongOthers(Path file) throws IOException {
        final Path directory = file.toAbsolutePath().getParent();
        final Path name = directory == null ? null : directory.getFileName();
        final int shard = name == null ? -1 : LogFiles.shard(name.toString());
        if (shard < 0 || LogFiles.sequence(file.getFileName().toString()) < 0) {
            return null;
        }
        final List<SegmentFile> segments;
        try {
            final LogDirectory log = LogDirectory.read(STORAGE, directory.getParent());
            segments = log == null ? List.of() : log.shards().getOrDefault(shard, List.of());
        } catch (WalException _) {
            return null; // not enough of a log to say anything
        }
        for (final SegmentFile segment : HeaderRepair.infer(STORAGE, segments)) {
            if (segment.file().getFileName().equals(file.getFileName())) {
                return segment;
            }
        }
        return null;
    }
}
