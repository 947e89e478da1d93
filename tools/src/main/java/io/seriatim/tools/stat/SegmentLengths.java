package io.seriatim.tools.stat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much disk a log's segments take.
final class SegmentLengths {
    private SegmentLengths() {}

    /// @return the length of all segment files together, as far as they are there
    static long sum(Path log) {
        long sum = 0;
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(log, "shard-*")) {
            for (final Path shard : shards) {
                try (DirectoryStream<Path> segments = Files.newDirectoryStream(shard, "*.seg")) {
                    for (final Path segment : segments) {
                        sum += length(segment);
                    }
                }
            }
        } catch (IOException _) {
            return sum; // the replay has read what matters, and says what it could not
        }
        return sum;
    }

    private static long length(Path segment) {
        try {
            return Files.size(segment);
        } catch (IOException _) {
            return 0; // truncated meanwhile by a log that is open
        }
    }
}
