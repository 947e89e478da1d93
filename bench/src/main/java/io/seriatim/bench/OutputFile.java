package io.seriatim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The file of a rival's repetition.
final class OutputFile {
    private final Path path;
    private FileChannel channel;

    OutputFile(Path directory) {
        this.path = directory.resolve("rival.log");
    }

    void open() throws IOException {
        channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    FileChannel channel() {
        return channel;
    }

    /// Writes what the buffer holds, and empties it.
    void write(ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    void force() throws IOException {
        channel.force(false);
    }

    long bytes() throws IOException {
        return channel.size();
    }

    /// Reads all items back.
    ReplaySum replay() throws IOException {
        return ItemReader.readFile(path);
    }

    void delete() throws IOException {
        channel.close();
        Files.delete(path);
    }
}
