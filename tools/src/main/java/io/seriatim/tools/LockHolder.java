package io.seriatim.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who has a log open for writing. Trying the lock would tell, but a reader that tries it may keep a writer
/// out; so the kernel is asked for its list of locks. Where it has none, nobody seems to hold it.
public final class LockHolder {
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final Pattern LINE =
            Pattern.compile("\\d+: (?:POSIX|OFDLCK)\\s+\\S+\\s+WRITE\\s+(-?\\d+) ([0-9a-f]+):([0-9a-f]+):(\\d+) .*");

    private LockHolder() {}

    /// @return the process that holds the log's lock, if any; the file alone means nothing
    public static OptionalLong pid(Path log) {
        final Path lock = log.resolve("seriatim.lock");
        try {
            final Map<String, Object> attributes = Files.readAttributes(lock, "unix:ino,dev");
            final long written = writtenPid(log.resolve("seriatim.pid"));
            for (final String line : Files.readAllLines(LOCKS, StandardCharsets.US_ASCII)) {
                final Matcher matcher = LINE.matcher(line);
                if (matcher.matches() && matcher.group(4).equals(String.valueOf(attributes.get("ino")))) {
                    final long pid = Long.parseLong(matcher.group(1));
                    // Some file systems show another device here than there.
                    if (isDevice(matcher, ((Number) attributes.get("dev")).longValue()) || pid == written) {
                        return OptionalLong.of(pid > 0 ? pid : written);
                    }
                }
            }
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
            // No lock file, or no list of locks.
        }
        return OptionalLong.empty();
    }

    private static boolean isDevice(Matcher line, long device) {
        final long major = device >> 8 & 0xfff | device >> 32 & ~0xfffL;
        final long minor = device & 0xff | device >> 12 & ~0xffL;
        return Long.parseLong(line.group(2), 16) == major && Long.parseLong(line.group(3), 16) == (int) minor;
    }

    private static long writtenPid(Path file) {
        try {
            final String text = Files.readString(file, StandardCharsets.US_ASCII);
            return Long.parseLong(text.substring(text.indexOf('=') + 1, text.indexOf('\n')));
        } catch (IOException | RuntimeException _) {
            return -1;
        }
    }
}
