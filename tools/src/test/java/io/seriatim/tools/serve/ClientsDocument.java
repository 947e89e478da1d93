package io.seriatim.tools.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The blocks that `CLIENTS.md` shows, for the tests that try them.
final class ClientsDocument {
    private ClientsDocument() {}

    /// @return the blocks in a language, with other ports in place of those that are shown
    static List<String> blocks(String language, int httpPort, int grpcPort) throws IOException {
        final String page = Files.readString(Path.of("CLIENTS.md"));
        final Matcher blocks =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        final List<String> found = new ArrayList<>();
        while (blocks.find()) {
            found.add(blocks.group(1).replace(":4318", ":" + httpPort).replace(":4317", ":" + grpcPort));
        }
        return found;
    }
}
