package io.seriatim.tools.replay;

import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.WalMeta;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is replayed and how, as far as an output can only be gone on with if it is the same again.
///
/// @param directory of the log
record ReplayIdentity(Path directory, ReplayOptions options, Choice choice, OutputOptions output) {
    @Override
    public String toString() {
        return "wal=" + walId()
                + " to=" + output.target()
                + (output.output() == null
                        ? ""
                        : " output=" + output.output().toAbsolutePath().normalize())
                + " policy=" + options.policy()
                + " from=" + options.from()
                + " until=" + options.until()
                + " shards=" + choice.shards()
                + " select=" + choice.selection();
    }

    private String walId() {
        try (InputStream meta = Files.newInputStream(directory.resolve("wal.meta"))) {
            return WalMeta.decode(meta.readNBytes(WalMeta.MAX_BYTES)).walId().toString();
        } catch (IOException | MalformedFrameException _) {
            return "unknown";
        }
    }
}
