package io.seriatim.wal.mmap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Carries notes from the process that uses a recorded disk to the one that records: line by line, each answered when
/// it has been taken down.
final class DeviceNotes implements AutoCloseable {
    private final SocketChannel channel;

    private DeviceNotes(SocketChannel channel) {
        this.channel = channel;
    }

    static DeviceNotes connect(Path socket) throws IOException {
        return new DeviceNotes(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /// Returns when the note has been taken down.
    synchronized void note(String text) {
        try {
            final ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (channel.read(ByteBuffer.allocate(1)) != 1) {
                throw new IOException("nobody listens");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /// Takes notes down, for one process after the other.
    static ServerSocketChannel listen(Path socket, Consumer<String> notes) throws IOException {
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().name("device-notes").start(() -> {
            while (server.isOpen()) {
                try (SocketChannel client = server.accept()) {
                    final BufferedReader lines =
                            new BufferedReader(Channels.newReader(client, StandardCharsets.US_ASCII));
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        notes.accept(line);
                        client.write(ByteBuffer.allocate(1));
                    }
                } catch (ClosedChannelException _) {
                    return;
                } catch (IOException _) {
                    // That process is dead.
                }
            }
        });
        return server;
    }
}
