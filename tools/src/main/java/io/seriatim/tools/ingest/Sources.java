package io.seriatim.tools.ingest;

import io.seriatim.tools.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the files behind the arguments, in the order in which they have to be read.
final class Sources {
    private static final Pattern SEGMENT = Pattern.compile("\\d{8}");
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint\\.(\\d{8,})");
    private static final Pattern ANCESTOR = Pattern.compile("wal_\\d+\\.log");

    private final List<Source> found = new ArrayList<>();

    private Sources() {}

    /// @param arguments files, directories, or `-` for stdin
    /// @throws CannotRunException if one of them is not there, holds nothing or cannot be read
    static List<Source> of(List<String> arguments) throws IOException {
        final Sources sources = new Sources();
        for (final String argument : arguments) {
            if (argument.equals("-")) {
                sources.found.add(Source.stdin());
            } else {
                sources.argument(Path.of(argument));
            }
        }
        for (final Source source : sources.found) {
            if (source.path() != null && !Files.isReadable(source.path())) {
                throw new CannotRunException("no permission to read: file=" + source.path());
            }
        }
        return sources.found;
    }

    private void argument(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new CannotRunException("no such file or directory: file=" + path);
        }
        if (!Files.isDirectory(path)) {
            found.add(Source.file(path));
            return;
        }
        final int before = found.size();
        directory(path);
        if (found.size() == before) {
            throw new CannotRunException("no files in it: directory=" + path);
        }
    }

    private void directory(Path directory) throws IOException {
        final List<Path> entries = list(directory);
        if (has(entries, Pattern.compile("wal\\.meta"))) {
            throw new CannotRunException("this is a log of Seriatim: directory=" + directory + " (seriatim replay "
                    + directory + " | seriatim ingest --dir E - copies it)");
        }
        final Path wal = directory.resolve("wal");
        if (Files.isDirectory(wal) && isPrometheus(list(wal))) {
            prometheus(wal);
            final Path late = directory.resolve("wbl"); // samples that came out of order
            if (Files.isDirectory(late)) {
                prometheus(late);
            }
        } else if (isPrometheus(entries)) {
            prometheus(directory);
        } else if (has(entries, ANCESTOR)) {
            final List<Path> logs = entries.stream()
                    .filter(entry -> ANCESTOR.matcher(name(entry)).matches())
                    .toList();
            for (final Path log : logs) {
                found.add(Source.file(log, Format.MYTSDB, log.equals(logs.getLast()), null));
            }
        } else {
            for (final Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    directory(entry);
                } else if (!name(entry).startsWith(".")) {
                    found.add(Source.file(entry));
                }
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isReadable(directory)) {
            throw new CannotRunException("no permission to read: directory=" + directory);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted(Comparator.comparing(Sources::name)).toList();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static boolean has(List<Path> entries, Pattern name) {
        return entries.stream().anyMatch(entry -> name.matcher(name(entry)).matches());
    }

    private static boolean isPrometheus(List<Path> entries) {
        return has(entries, SEGMENT) || has(entries, CHECKPOINT);
    }

    /// The newest checkpoint holds what is still needed of the segments up to its number; then come the later ones.
    private void prometheus(Path directory) throws IOException {
        final List<Path> entries = list(directory);
        Path checkpoint = null;
        long replaced = -1;
        for (final Path entry : entries) {
            final Matcher name = CHECKPOINT.matcher(name(entry));
            if (name.matches() && Files.isDirectory(entry) && Long.parseLong(name.group(1)) > replaced) {
                checkpoint = entry;
                replaced = Long.parseLong(name.group(1));
            }
        }
        if (checkpoint != null) {
            segments(list(checkpoint), -1, false);
        }
        segments(entries, replaced, true);
    }

    private void segments(List<Path> entries, long after, boolean live) throws IOException {
        final List<Path> segments = entries.stream()
                .filter(entry -> SEGMENT.matcher(name(entry)).matches() && Files.isRegularFile(entry))
                .filter(entry -> Long.parseLong(name(entry)) > after)
                .toList();
        long previous = after;
        for (final Path segment : segments) {
            final long number = Long.parseLong(name(segment));
            final boolean gap = previous >= 0 && number != previous + 1;
            found.add(Source.file(
                    segment,
                    Format.PROMETHEUS_WAL,
                    live && segment.equals(segments.getLast()),
                    gap ? "segments are missing before this one: previous=" + previous : null));
            previous = number;
        }
    }
}
