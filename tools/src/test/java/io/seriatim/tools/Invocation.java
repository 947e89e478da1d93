package io.seriatim.tools;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// The command, run within the test.
///
/// @param code its exit code
/// @param out  its stdout
/// @param err  its stderr
public record Invocation(int code, String out, String err) {
    public static Invocation of(Object... arguments) {
        return run(false, arguments);
    }

    /// With something on stdin.
    public static Invocation withInput(InputStream in, Object... arguments) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        final String[] strings = Stream.of(arguments).map(String::valueOf).toArray(String[]::new);
        final int code = Seriatim.run(new Streams(new Output(out), errors, false, false, false, in), strings);
        return new Invocation(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// As if somebody looked at it, in colours.
    public static Invocation onTerminal(Object... arguments) {
        return run(true, arguments);
    }

    private static Invocation run(boolean terminal, Object... arguments) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final int code = into(out, err, terminal, arguments);
        return new Invocation(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public static int into(OutputStream out, OutputStream err, boolean terminal, Object... arguments) {
        final String[] strings = new String[arguments.length];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = String.valueOf(arguments[i]);
        }
        return Seriatim.run(
                new Streams(
                        new Output(out),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        terminal,
                        terminal,
                        terminal),
                strings);
    }

    public List<String> lines() {
        return out.lines().toList();
    }
}
