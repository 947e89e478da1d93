package io.seriatim.tools.serve;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is sent back over HTTP.
///
/// @param status  of HTTP
/// @param headers names and values
/// @param body    may be empty
record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
    /// @param type of the body
    static HttpAnswer of(int status, String type, byte[] body) {
        return new HttpAnswer(status, Map.of("Content-Type", type), body);
    }

    /// A line for people.
    static HttpAnswer text(int status, String line) {
        return of(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// @return a copy with one more header
    HttpAnswer with(String name, String value) {
        final Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpAnswer(status, more, body);
    }
}
