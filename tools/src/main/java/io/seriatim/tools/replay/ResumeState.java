package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// What a resume file says.
///
/// @param identity of the replay
/// @param bytes    of the output that count
/// @param places   per shard the last record in them
record ResumeState(String identity, long bytes, Map<Integer, Resume.ShardPlace> places) {
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
            final Map<Integer, Resume.ShardPlace> places = new TreeMap<>();
            for (final String name : found.stringPropertyNames()) {
                if (name.startsWith(SHARD)) {
                    final String[] place = found.getProperty(name).split(":", 2);
                    places.put(
                            Integer.parseInt(name.substring(SHARD.length())),
                            new Resume.ShardPlace(Long.parseLong(place[0]), Integer.parseInt(place[1])));
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

    byte[] toBytes() throws IOException {
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
