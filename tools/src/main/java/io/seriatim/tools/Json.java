package io.seriatim.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/// Reports as JSON, laid out for people who look at them all the same.
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /// @return one object with the fields that `content` writes, and a line feed
    public static String object(Content content) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure); // a StringWriter has no failures
        }
        return text.append('\n').toString();
    }

    /// @return the same in one line
    public static String line(Content content) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return text.append('\n').toString();
    }

    /// Writes fields.
    @FunctionalInterface
    public interface Content {
        /// Writes fields into an object that is open.
        void write(JsonGenerator json) throws IOException;
    }
}
