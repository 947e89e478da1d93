package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.store.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// What a resume file says.
///
/// @param identity of the replay
/// @param bytes    of the output that count
/// @param places   per shard the last record in them
record ResumeState(String identity, long bytes, Map<Integer, Place> places) {
    private static final String FORMAT = "seriatim-resume-1";
    private static final String SHARD = "shard.";

    /// @return what the file says, or null if there is none
    /// @throws CannotRunException if it is no resume file
    static ResumeState read(Path file) throws IOException {
        final Properties found = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            found.load(reader);
            if (!FORMAT.equals(found.getProperty("format"))) {
                throw new IllegalArgumentException("format=" + found.getProperty("format"));
            }
            final Map<Integer, Place> places = new TreeMap<>();
            for (final String name : found.stringPropertyNames()) {
                if (name.startsWith(SHARD)) {
                    final String[] place = found.getProperty(name).split(":", 2);
                    places.put(
                            Integer.parseInt(name.substring(SHARD.length())),
                            new Place(Long.parseLong(place[0]), Integer.parseInt(place[1])));
                }
            }
            return new ResumeState(
                    String.valueOf(found.getProperty("replay")), Long.parseLong(found.getProperty("bytes")), places);
        } catch (NoSuchFileException _) {
            return null;
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException | CharacterCodingException failure) {
            throw new CannotRunException("not a resume file: file=" + file + " " + failure.getMessage()
                    + " (name another, or remove it to begin anew)");
        }
    }

    /// @throws CannotRunException if the file is of another replay
    void check(Path file, String now) {
        if (!identity.equals(now)) {
            throw new CannotRunException("the resume file is of another replay: file=" + file + " was='" + identity
                    + "' is='" + now + "' (give the same options, or other files)");
        }
    }

    /// Replaces a file, as a whole and durably.
    void write(Path file) throws IOException {
        final Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel state = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            final ByteBuffer bytes = ByteBuffer.wrap(toBytes());
            while (bytes.hasRemaining()) {
                state.write(bytes);
            }
            state.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel names = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private byte[] toBytes() throws IOException {
        final Properties state = new Properties();
        state.setProperty("format", FORMAT);
        state.setProperty("replay", identity);
        state.setProperty("bytes", String.valueOf(bytes));
        places.forEach((shard, place) -> state.setProperty(SHARD + shard, place.position() + ":" + place.parts()));
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        state.store(text, null);
        return text.toByteArray();
    }
}
