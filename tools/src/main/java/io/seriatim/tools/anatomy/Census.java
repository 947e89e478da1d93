package io.seriatim.tools.anatomy;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.InspectedSegment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Every file in a log's directory, and every byte of it by class. Immutable.
///
/// @param files by name
/// @param bytes all of them together
public record Census(List<FileEntry> files, ByteSums bytes) {
    private static final int PAGE = 4096;
    private static final int SEAL = 60;

    /// Copies the list.
    public Census {
        files = List.copyOf(files);
    }

    /// Counts, after the log was read.
    ///
    /// @param anatomy of the same reading as the report
    public static Census of(Path log, Anatomy anatomy, ReplayReport report) {
        final Map<Path, List<Damage>> damages = new HashMap<>();
        for (final Damage damage : report.damages()) {
            damages.computeIfAbsent(damage.file(), _ -> new ArrayList<>()).add(damage);
        }
        // What is not reported lies below the floor, unless the report is full.
        final ByteClass unlisted = report.damagesBeyond() > 0 ? ByteClass.DAMAGED : ByteClass.RETIRED;
        final Map<Path, FileEntry> entries = new HashMap<>();
        for (final SegmentAnatomy segment : anatomy.segments()) {
            final Path file = segment.segment().file();
            entries.put(file, segment(segment, damages.getOrDefault(file, List.of()), unlisted));
        }
        for (final Map.Entry<Path, Long> other : listing(log).entrySet()) {
            entries.computeIfAbsent(
                    other.getKey(), file -> other(log, file, other.getValue(), damages.getOrDefault(file, List.of())));
        }
        final ByteSums bytes = new ByteSums();
        final List<FileEntry> files = entries.values().stream()
                .sorted(Comparator.comparing(FileEntry::file))
                .toList();
        files.forEach(file -> bytes.add(file.bytes()));
        return new Census(files, bytes);
    }

    /// Links are followed where the log's reader follows them: for the directories of shards.
    private static Map<Path, Long> listing(Path log) {
        final Map<Path, Long> found = new HashMap<>();
        try {
            collect(log, found);
            try (Stream<Path> entries = Files.list(log)) {
                for (final Path entry : entries.filter(Files::isSymbolicLink).toList()) {
                    if (Files.isDirectory(entry) && isShard(entry.getFileName().toString())) {
                        found.remove(entry);
                        try (Stream<Path> inside = Files.list(entry)) {
                            inside.forEach(file -> found.put(
                                    file,
                                    Files.isRegularFile(file) ? file.toFile().length() : 0));
                        }
                    }
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return found;
    }

    private static void collect(Path log, Map<Path, Long> found) throws IOException {
        Files.walkFileTree(log, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.put(file, attributes.isRegularFile() ? attributes.size() : 0L);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    found.put(file, 0L); // a directory that may not be read
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isShard(String name) {
        return name.matches("shard-(\\d{3}|[1-9]\\d{3})");
    }

    private static FileEntry other(Path log, Path file, long size, List<Damage> damages) {
        final String name = file.getFileName().toString();
        final Path within = log.relativize(file);
        final boolean top = within.getNameCount() == 1;
        final boolean inShard =
                within.getNameCount() == 2 && isShard(within.getName(0).toString());
        final FileEntry.Role role;
        if (top) {
            role = switch (name) {
                case "wal.meta" -> FileEntry.Role.META;
                case "seriatim.lock" -> FileEntry.Role.LOCK;
                case "seriatim.pid" -> FileEntry.Role.PID;
                case "counters.dat" -> FileEntry.Role.COUNTERS;
                case "wal.meta.tmp" -> FileEntry.Role.SPARE;
                default -> FileEntry.Role.FOREIGN;
            };
        } else if (within.getNameCount() == 2 && within.startsWith("consumers")) {
            role = consumer(name);
        } else {
            role = inShard && name.matches("[0-7][0-9a-f]{15}\\.seg(\\.tmp)?")
                    ? FileEntry.Role.SPARE
                    : FileEntry.Role.FOREIGN;
        }
        final ByteClass kind = switch (role) {
            case SPARE -> ByteClass.SPARE;
            case FOREIGN -> ByteClass.FOREIGN;
            default ->
                damages.isEmpty()
                        ? ByteClass.OWN
                        : ByteClass.of(damages.getFirst().verdict());
        };
        return new FileEntry(file, role, new ByteSums().add(kind, size));
    }

    /// See FORMAT.md for the names.
    private static FileEntry.Role consumer(String name) {
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,68}")) {
            return FileEntry.Role.FOREIGN;
        }
        return name.endsWith(".tmp") ? FileEntry.Role.SPARE : FileEntry.Role.CONSUMER;
    }

    private static FileEntry segment(SegmentAnatomy anatomy, List<Damage> damages, ByteClass unlisted) {
        final InspectedSegment segment = anatomy.segment();
        if (!anatomy.isRead()) {
            return unread(segment, damages);
        }
        final ByteSums sums = new ByteSums();
        header(segment, damages, sums);
        sums.add(ByteClass.PAD, anatomy.padBytes()).add(ByteClass.FRAME, anatomy.frameBytes());
        for (final SegmentAnatomy.Gap gap : anatomy.gaps()) {
            sums.add(gapClass(gap, damages, unlisted), gap.length());
        }
        final long listed =
                anatomy.gaps().stream().mapToLong(SegmentAnatomy.Gap::length).sum();
        sums.add(ByteClass.DAMAGED, anatomy.gapBytes() - listed);
        for (final Damage damage : damages) {
            overlay(anatomy, damage, sums);
        }
        final long readable = segment.readableBytes();
        // Where a file is cut, up to seven bytes are left that are too few to begin a frame.
        final long odd = readable % 8;
        if (odd > 0 && damages.stream().noneMatch(damage -> isRest(anatomy, damage))) {
            damages.stream()
                    .filter(damage -> damage.kind() == Damage.Kind.TRUNCATED)
                    .findFirst()
                    .ifPresent(damage -> sums.add(ByteClass.of(damage.verdict()), odd));
        }
        sums.add(ByteClass.FOREIGN, segment.bytes() - readable);
        sums.add(ByteClass.UNWRITTEN, segment.bytes() - sums.total());
        return new FileEntry(segment.file(), FileEntry.Role.SEGMENT, sums);
    }

    private static void header(InspectedSegment segment, List<Damage> damages, ByteSums sums) {
        if (segment.isInferred()) {
            final ByteClass kind = damages.stream()
                    .filter(damage -> damage.kind() == Damage.Kind.BAD_HEADER)
                    .findFirst()
                    .map(damage -> ByteClass.of(damage.verdict()))
                    .orElse(ByteClass.RETIRED);
            sums.add(kind, PAGE);
        } else {
            final int seal = segment.seal() == null ? 0 : SEAL;
            sums.add(ByteClass.HEADER, PAGE - seal).add(ByteClass.SEAL, seal);
        }
    }

    private static ByteClass gapClass(SegmentAnatomy.Gap gap, List<Damage> damages, ByteClass unlisted) {
        return damages.stream()
                .filter(damage -> damage.offset() == gap.offset() && damage.kind() == gap.kind())
                .findFirst()
                .map(damage -> ByteClass.of(damage.verdict()))
                .orElse(unlisted);
    }

    /// Damage that lies on valid frames, or on what looked unwritten.
    private static void overlay(SegmentAnatomy anatomy, Damage damage, ByteSums sums) {
        final ByteClass kind = ByteClass.of(damage.verdict());
        switch (damage.kind()) {
            case MALFORMED, UNKNOWN_TYPE, CONFLICTING_DEFINITION -> {
                final long aligned = damage.length() + 7 & -8L;
                sums.add(ByteClass.FRAME, -aligned).add(kind, aligned);
            }
            case UNCOMMITTED -> {
                if (isRest(anatomy, damage)) {
                    final long end = Math.min(
                            damage.offset() + damage.length(), anatomy.segment().readableBytes());
                    sums.add(kind, Math.max(0, end - damage.offset()));
                }
            }
            default -> {}
        }
    }

    /// @return whether what looked unwritten was not
    private static boolean isRest(SegmentAnatomy anatomy, Damage damage) {
        return damage.kind() == Damage.Kind.UNCOMMITTED && damage.offset() >= anatomy.restOffset();
    }

    private static FileEntry unread(InspectedSegment segment, List<Damage> damages) {
        final boolean foreign =
                segment.problem() == Damage.Kind.FOREIGN_SEGMENT || segment.problem() == Damage.Kind.NEWER_VERSION;
        final boolean bad = segment.header() == null;
        final ByteClass kind = foreign
                ? ByteClass.FOREIGN
                : bad && !damages.isEmpty() ? ByteClass.of(damages.getFirst().verdict()) : ByteClass.RETIRED;
        return new FileEntry(
                segment.file(),
                bad ? FileEntry.Role.UNREADABLE : FileEntry.Role.RETIRED,
                new ByteSums().add(kind, segment.bytes()));
    }

    /// @return files that are not of the log
    public List<Path> strangers() {
        return files.stream()
                .filter(file -> file.role() == FileEntry.Role.FOREIGN)
                .map(FileEntry::file)
                .toList();
    }
}
