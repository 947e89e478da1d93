package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.WalMeta;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/// What is in a log's directory: its identity and, per shard directory, its segments in order. Changes nothing.
///
/// @param path     the directory
/// @param meta     `wal.meta`, rebuilt from the headers if it is missing or damaged
/// @param metaNote what was wrong with `wal.meta`, or empty
/// @param shards   per shard directory its segments by sequence
record LogDirectory(Path path, WalMeta meta, String metaNote, Map<Integer, List<SegmentFile>> shards) {
    private static final int MAX_LISTINGS = 10;

    /// Looks at a directory.
    ///
    /// @return null if it is missing or empty, so that a new log can be made there
    /// @throws NotALogException           if it holds something else
    /// @throws UnsupportedFormatException if a newer program wrote it
    /// @throws IOException                if it cannot be read
    static LogDirectory read(Storage storage, Path path) throws IOException {
        if (!storage.exists(path)) {
            return null;
        }
        final Map<Integer, List<SegmentFile>> shards = new TreeMap<>();
        boolean metaExists = false;
        String stranger = null;
        for (final String name : storage.list(path)) {
            final int shard = LogFiles.shard(name);
            if (shard >= 0 && shard < Lsn.MAX_SHARDS) {
                shards.put(shard, segments(storage, path.resolve(name), shard));
            } else if (name.equals(LogFiles.META)) {
                metaExists = true;
            } else if (!name.equals(LogFiles.LOCK)
                    && !name.equals(LogFiles.PID)
                    && !name.equals(LogFiles.COUNTERS)
                    && !name.endsWith(LogFiles.TEMPORARY_SUFFIX)) {
                stranger = name;
            }
        }
        final boolean segmentsExist = shards.values().stream().anyMatch(segments -> !segments.isEmpty());
        if (!metaExists && !segmentsExist) {
            if (stranger != null) {
                throw new NotALogException(path, "holds other files, for instance " + stranger);
            }
            return null;
        }
        return identify(storage, path, shards, metaExists);
    }

    /// Looks at the names only, before anything is put there.
    ///
    /// @throws NotALogException if there is something else and no log
    static void refuseStranger(Storage storage, Path path) throws IOException {
        if (!storage.exists(path)) {
            return;
        }
        String stranger = null;
        for (final String name : storage.list(path)) {
            // Of a first opening that lost power, any one of these may be all that is left.
            if (LogFiles.shard(name) >= 0
                    || name.equals(LogFiles.META)
                    || name.equals(LogFiles.LOCK)
                    || name.equals(LogFiles.PID)
                    || name.equals(LogFiles.COUNTERS)) {
                return;
            }
            stranger = name.endsWith(LogFiles.TEMPORARY_SUFFIX) ? stranger : name;
        }
        if (stranger != null) {
            throw new NotALogException(path, "holds other files, for instance " + stranger);
        }
    }

    /// The same for a reader, which needs a log to be there.
    ///
    /// @throws NotALogException if there is none
    static LogDirectory require(Storage storage, Path path) throws IOException {
        final LogDirectory found = read(storage, path);
        if (found == null) {
            throw new NotALogException(path, storage.exists(path) ? "it is empty" : "there is no such directory");
        }
        return found;
    }

    private static List<SegmentFile> segments(Storage storage, Path directory, int shard) throws IOException {
        final List<SegmentFile> found = new ArrayList<>();
        for (final String name : names(storage, directory)) {
            try {
                found.add(SegmentFile.inspect(storage, directory.resolve(name), shard, LogFiles.sequence(name)));
            } catch (NoSuchFileException | FileNotFoundException _) {
                // Truncated between the listing and now, by the process that has the log open.
            }
        }
        return found;
    }

    /// A listing may miss a file that appears meanwhile, and show one that appears after it. So it is believed only
    /// if the next listing knows of no file before its last.
    private static List<String> names(Storage storage, Path directory) throws IOException {
        List<String> names = segmentNames(storage, directory);
        for (int i = 0; i < MAX_LISTINGS; i++) {
            final List<String> again = segmentNames(storage, directory);
            final Set<String> known = Set.copyOf(names);
            final String last = names.isEmpty() ? "" : names.getLast();
            if (again.stream().noneMatch(name -> name.compareTo(last) < 0 && !known.contains(name))) {
                break;
            }
            names = again;
        }
        return names;
    }

    private static List<String> segmentNames(Storage storage, Path directory) throws IOException {
        return storage.list(directory).stream()
                .filter(name -> LogFiles.sequence(name) >= 0)
                .sorted()
                .toList();
    }

    /// @return the floor below which nothing is kept now, in the shard of a segment; 0 if it cannot be told
    static long floor(Storage storage, SegmentFile segment) throws IOException {
        final Path log = segment.file().getParent().getParent();
        try {
            return WalMeta.decode(SmallFile.read(storage, log.resolve(LogFiles.META), WalMeta.MAX_BYTES))
                    .floor(segment.shard());
        } catch (MalformedFrameException _) {
            return 0;
        }
    }

    /// @return what is wrong with `wal.meta`, as damage: no record is concerned, but what had been truncated comes
    ///         back
    List<Damage> metaDamage() {
        return metaNote.isEmpty()
                ? List.of()
                : List.of(new Damage(
                        path.resolve(LogFiles.META),
                        0,
                        0,
                        0,
                        -1,
                        Damage.Kind.BAD_HEADER,
                        Damage.Verdict.UNDETERMINED,
                        0,
                        metaNote + "; rebuilt from the segments, floors unknown"));
    }

    /// @return the floors to go on with: if `wal.meta` is lost, what lies before the first segment is taken for
    ///         truncated, so that it is reported now and not for ever
    long[] floors() {
        if (metaNote.isEmpty()) {
            return meta.floors();
        }
        final int last =
                shards.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        final long[] floors = new long[last + 1];
        shards.forEach((shard, segments) -> floors[shard] = segments.stream()
                .filter(segment -> segment.header() != null)
                .mapToLong(segment -> segment.header().base())
                .findFirst()
                .orElse(0));
        return floors;
    }

    private static LogDirectory identify(
            Storage storage, Path path, Map<Integer, List<SegmentFile>> shards, boolean metaExists) throws IOException {
        WalMeta meta = null;
        String note = metaExists ? "" : "wal.meta is missing";
        if (metaExists) {
            final Path file = path.resolve(LogFiles.META);
            final byte[] bytes = SmallFile.read(storage, file, WalMeta.MAX_BYTES);
            if (WalMeta.version(bytes) > SegmentHeader.VERSION) {
                throw new UnsupportedFormatException(
                        file, "format version", WalMeta.version(bytes), SegmentHeader.VERSION);
            }
            try {
                meta = WalMeta.decode(bytes);
            } catch (MalformedFrameException failure) {
                note = failure.getMessage();
            }
        }
        if (meta == null) {
            meta = rebuild(path, shards, note);
        }
        final UUID walId = meta.walId();
        final Map<Integer, List<SegmentFile>> checked = new TreeMap<>();
        shards.forEach((shard, segments) -> checked.put(
                shard,
                segments.stream()
                        .map(segment -> segment.header() == null
                                        || segment.header().walId().equals(walId)
                                ? segment
                                : segment.foreign("wal id=" + segment.header().walId() + " expected=" + walId))
                        .toList()));
        return new LogDirectory(path, meta, note, checked);
    }

    /// The identity that most segments agree on; the highest epoch seen; no floors.
    private static WalMeta rebuild(Path path, Map<Integer, List<SegmentFile>> shards, String note) {
        final List<SegmentHeader> headers = shards.values().stream()
                .flatMap(List::stream)
                .map(SegmentFile::header)
                .filter(header -> header != null)
                .toList();
        if (headers.isEmpty()) {
            for (final List<SegmentFile> segments : shards.values()) {
                for (final SegmentFile segment : segments) {
                    if (segment.problem() == Damage.Kind.NEWER_VERSION) {
                        throw new UnsupportedFormatException(
                                segment.file(), "format", segment.detail(), SegmentHeader.VERSION);
                    }
                }
            }
            throw new NotALogException(path, note + ", and no segment has a readable header");
        }
        final UUID walId = headers.stream()
                .collect(Collectors.groupingBy(SegmentHeader::walId, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        final SegmentHeader newest = headers.stream()
                .filter(header -> header.walId().equals(walId))
                .max(Comparator.comparingLong(SegmentHeader::epoch))
                .orElseThrow();
        return new WalMeta(walId, newest.timeUnit(), newest.epoch(), new long[0]);
    }

    /// @return the newest file of a format that this program does not know, or null
    SegmentFile newerVersion() {
        return shards.values().stream()
                .flatMap(List::stream)
                .filter(segment -> segment.problem() == Damage.Kind.NEWER_VERSION)
                .findFirst()
                .orElse(null);
    }

    /// @return the number of the newest epoch that any segment is of, 0 if none
    long newestEpoch() {
        return shards.values().stream()
                .flatMap(List::stream)
                .filter(segment -> segment.header() != null)
                .mapToLong(segment -> segment.header().epoch())
                .max()
                .orElse(0);
    }

    /// Epochs of different shard counts are kept apart by readers: a series may have changed its shard
    /// between them.
    ///
    /// @return the last epoch of each run of epochs with one shard count, in order; never empty
    List<Long> lastEpochs() {
        final Map<Long, Integer> shardsByEpoch = new TreeMap<>();
        shards.values().stream()
                .flatMap(List::stream)
                .map(SegmentFile::header)
                .filter(header -> header != null)
                .forEach(header -> shardsByEpoch.put(header.epoch(), header.shards()));
        final List<Long> last = new ArrayList<>();
        int count = -1;
        for (final Map.Entry<Long, Integer> epoch : shardsByEpoch.entrySet()) {
            if (epoch.getValue() == count) {
                last.removeLast();
            }
            count = epoch.getValue();
            last.add(epoch.getKey());
        }
        return last.isEmpty() ? List.of(Long.MAX_VALUE) : List.copyOf(last);
    }

    /// @return bytes of all segment files
    long bytes() {
        return shards.values().stream()
                .flatMap(List::stream)
                .mapToLong(SegmentFile::bytes)
                .sum();
    }
}
