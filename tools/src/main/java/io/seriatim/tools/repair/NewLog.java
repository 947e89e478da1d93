package io.seriatim.tools.repair;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.LockHolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where a new log comes to be: under a name of its own beside the wanted one, which it gets only when it is
/// whole. So the wanted name never stands for half a log, whenever the machine stops.
final class NewLog {
    private static final String SUFFIX = ".repairing";
    private static final Pattern FROM_A_REPAIR = Pattern.compile("|shard-\\d+(/[0-9a-f]{16}\\.seg(\\.tmp)?)?"
            + "|consumers|seriatim\\.(lock|pid)|(wal\\.meta|counters\\.dat)(\\.tmp)?");

    private final Path wanted;
    private final Path unfinished;

    /// @param wanted the name that the log shall have
    NewLog(Path wanted) {
        this.wanted = wanted.toAbsolutePath().normalize();
        this.unfinished = this.wanted.resolveSibling(this.wanted.getFileName() + SUFFIX);
    }

    Path wanted() {
        return wanted;
    }

    Path unfinished() {
        return unfinished;
    }

    /// @throws CannotRunException if nothing can be made there, or the damaged log would be touched
    void check(Path damaged) {
        try {
            final Path real = damaged.toRealPath();
            final Path parent = wanted.getParent();
            if (parent == null || !Files.isDirectory(parent)) {
                throw new CannotRunException("no directory to put the new log in: directory=" + parent + " (make it)");
            }
            final Path target = parent.toRealPath().resolve(wanted.getFileName());
            if (target.startsWith(real) || real.startsWith(target)) {
                throw new CannotRunException(
                        "the new log must lie outside the damaged one, which is never changed: out=" + wanted
                                + " damaged=" + real + " (name a directory beside it)");
            }
            if (Files.exists(wanted, LinkOption.NOFOLLOW_LINKS) && !isEmptyDirectory(wanted)) {
                throw new CannotRunException(
                        "there is something at the place of the new log, and it is not overwritten:" + " out=" + wanted
                                + " (name another directory, or move it away)");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isEmptyDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    /// @return whether a repair that did not come to its end has left something
    boolean hasLeftover() {
        return Files.exists(unfinished, LinkOption.NOFOLLOW_LINKS);
    }

    /// @return what it is and what to do, in a line
    String leftover() {
        return "a repair to the same place did not come to its end and left this behind: directory=" + unfinished
                + " size=" + ByteSize.text(size()) + " (it is not needed: delete it, or add --restart)";
    }

    private long size() {
        try (Stream<Path> files = Files.walk(unfinished)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Deletes what an unfinished repair left, and nothing that a repair does not make.
    void deleteUnfinished() {
        if (!hasLeftover()) {
            return;
        }
        final OptionalLong other = LockHolder.pid(unfinished);
        if (other.isPresent()) {
            throw new CannotRunException("a repair to the same place is at work: directory=" + unfinished + " pid="
                    + other.getAsLong() + " (wait for it)");
        }
        try (Stream<Path> walk = Files.walk(unfinished)) {
            final List<Path> files = walk.sorted(Comparator.reverseOrder()).toList();
            for (final Path file : files) {
                final String name = unfinished.relativize(file).toString();
                if (!FROM_A_REPAIR.matcher(name).matches()) {
                    throw new CannotRunException(
                            "this is not from a repair, so nothing is deleted: file=" + file + " (move it away)");
                }
            }
            for (final Path file : files) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Gives the log its name; afterwards it has it, whatever happens to the machine.
    void publish() {
        try {
            Files.move(unfinished, wanted, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel parent = FileChannel.open(wanted.getParent(), StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException _) {
            throw new CannotRunException("something has come to the place of the new log meanwhile: out=" + wanted
                    + " (the new log is whole and lies in " + unfinished + ")");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
