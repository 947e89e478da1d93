package io.seriatim.tools.page;

import io.seriatim.tools.anatomy.Census;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.List;

/// What `verify` has to say, ready to be shown.
///
/// @param log     the directory, as it was named
/// @param summary how much is in it, in a line
/// @param shards  a table, its header first
/// @param damages the damaged ranges in words: of each the line that names it, then what is known of it
/// @param meaning what it all means
/// @param written when the page was made
public record Facts(
        Path log,
        String summary,
        List<List<String>> shards,
        List<List<String>> damages,
        String meaning,
        String written,
        ReplayReport report,
        Census census) {
    /// Copies the lists.
    public Facts {
        shards = List.copyOf(shards);
        damages = List.copyOf(damages);
    }
}
