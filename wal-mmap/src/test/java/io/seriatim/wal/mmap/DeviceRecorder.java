package io.seriatim.wal.mmap;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A disk that remembers what it was told, in order: every write, every flush, and between them the notes of who uses
/// it. It speaks NBD over a Unix socket, to Debian's `nbdfuse`, which makes a file of it, which a loop device makes a
/// disk of. It offers neither FUA nor trim, so the kernel sends plain writes and flushes only.
///
/// **What a flush covers.** A device owes a flush those writes only that it had answered before the flush came. The
/// recorder reads all requests that are there before it answers any, and puts the flushes among them first: a write
/// that was under way together with a flush counts as not covered by it.
///
/// **What a note proves.** [#note] returns only when the note is in the list. Somebody who was told that data is
/// durable, and then notes it, does so behind the answer to the flush that made it durable: so the flush stands before
/// the note. What is noted between a flush and the next one therefore has to be on the disk whatever becomes of the
/// writes between those two: power can fail just before the second one comes, with none of them done.
///
/// It must not live in a process that maps files on this disk: a page fault that waits for the disk holds up a
/// safepoint, and the safepoint the disk.
final class DeviceRecorder implements AutoCloseable {
    /// What happened, in order.
    sealed interface Event {}

    record Write(long offset, byte[] data) implements Event {}

    record Flush() implements Event {}

    record Note(String text) implements Event {}

    private static final int NBD_READ = 0;
    private static final int NBD_WRITE = 1;
    private static final int NBD_DISCONNECT = 2;
    private static final int NBD_FLUSH = 3;
    private static final int REQUEST_MAGIC = 0x25609513;
    private static final int REPLY_MAGIC = 0x67446698;
    private static final int REQUEST_BYTES = 28;
    private static final int LONGEST_WRITE = 32 * 1024 * 1024;
    private static final int EIO = 5;

    private final Disk disk;
    private final List<Event> events = new ArrayList<>();
    private final ServerSocketChannel server;
    private final Thread thread;
    private int notesUntilFailure;
    private int failuresThen;
    private int failures;
    private int failed;

    private record Request(int type, long cookie, long offset, byte[] data) {}

    private DeviceRecorder(Disk disk, Path socket) throws IOException {
        this.disk = disk;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread = Thread.ofPlatform().daemon().name("device-recorder").start(this::serve);
    }

    /// @param disk   what is on it to begin with; goes on to change
    /// @param socket where to listen, for one client after the other
    static DeviceRecorder start(Disk disk, Path socket) throws IOException {
        return new DeviceRecorder(disk, socket);
    }

    synchronized void note(String text) {
        events.add(new Note(text));
        if (notesUntilFailure > 0 && --notesUntilFailure == 0) {
            failures = failuresThen;
        }
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /// Fails some writes and flushes, which do nothing then; after them all is well again, as if nothing had happened.
    ///
    /// @param notes  how many more notes are taken before that
    /// @param count  how many writes and flushes fail
    synchronized void failAfter(int notes, int count) {
        notesUntilFailure = notes;
        failuresThen = count;
    }

    /// Fails nothing more.
    ///
    /// @return how many writes and flushes were failed
    synchronized int heal() {
        notesUntilFailure = 0;
        failures = 0;
        return failed;
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                new Session(client).run();
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException _) {
                // The client went away: the next one, please.
            }
        }
    }

    private synchronized List<ByteBuffer> carryOut(List<Request> requests) {
        final List<ByteBuffer> replies = new ArrayList<>();
        for (final Request request : requests) {
            if (request.type == NBD_FLUSH) {
                replies.add(reply(request, attempt(new Flush()), 0));
            }
        }
        for (final Request request : requests) {
            switch (request.type) {
                case NBD_READ -> {
                    disk.read(request.offset, request.data);
                    replies.add(reply(request, true, request.data.length).put(request.data));
                }
                case NBD_WRITE -> replies.add(reply(request, attempt(new Write(request.offset, request.data)), 0));
                default -> {} // flushed above
            }
        }
        return replies;
    }

    private boolean attempt(Event event) {
        if (failures > 0) {
            failures--;
            failed++;
            return false;
        }
        events.add(event);
        if (event instanceof Write write) {
            disk.write(write.offset, write.data, 0, write.data.length);
        }
        return true;
    }

    private static ByteBuffer reply(Request request, boolean done, int more) {
        return ByteBuffer.allocate(16 + more)
                .putInt(REPLY_MAGIC)
                .putInt(done ? 0 : EIO)
                .putLong(request.cookie);
    }

    /// One connection.
    private final class Session {
        private final SocketChannel client;
        private final ByteBuffer in =
                ByteBuffer.allocate(LONGEST_WRITE + REQUEST_BYTES).limit(0);

        Session(SocketChannel client) {
            this.client = client;
        }

        void run() throws IOException {
            if (!negotiate()) {
                return;
            }
            while (true) {
                final List<Request> requests = new ArrayList<>();
                Request next = next(true);
                while (next != null) {
                    if (next.type == NBD_DISCONNECT) {
                        return;
                    }
                    requests.add(next);
                    next = next(false);
                }
                for (final ByteBuffer reply : carryOut(requests)) {
                    send(reply);
                }
            }
        }

        /// The fixed newstyle handshake of the NBD protocol, as far as `libnbd` uses it.
        private boolean negotiate() throws IOException {
            send(ByteBuffer.allocate(18)
                    .put("NBDMAGICIHAVEOPT".getBytes(StandardCharsets.US_ASCII))
                    .putShort((short) 3));
            need(4);
            in.getInt(); // what the client can
            while (true) {
                need(16);
                in.getLong(); // IHAVEOPT
                final int option = in.getInt();
                final int length = in.getInt();
                need(length);
                in.position(in.position() + length);
                switch (option) {
                    case 2 -> { // abort
                        answer(option, 1, 0);
                        return false;
                    }
                    case 6, 7 -> { // info, go
                        // Information of type 0, the export: its size; it has flags, and can flush.
                        final ByteBuffer export = answer(option, 3, 12);
                        send(export.putShort((short) 0).putLong(disk.length()).putShort((short) (1 | 4)));
                        send(answer(option, 1, 0));
                        if (option == 7) {
                            return true;
                        }
                    }
                    default -> send(answer(option, 0x80000001, 0)); // unsupported
                }
            }
        }

        private ByteBuffer answer(int option, int type, int length) {
            return ByteBuffer.allocate(20 + length)
                    .putLong(0x3e889045565a9L)
                    .putInt(option)
                    .putInt(type)
                    .putInt(length);
        }

        /// @return null if there is no whole request, and it was not to be waited for
        private Request next(boolean wait) throws IOException {
            if (!wait && in.remaining() < REQUEST_BYTES) {
                return null;
            }
            need(REQUEST_BYTES);
            in.mark();
            if (in.getInt() != REQUEST_MAGIC) {
                throw new IOException("not a request");
            }
            in.getShort(); // flags: none was offered
            final int type = in.getShort();
            final long cookie = in.getLong();
            final long offset = in.getLong();
            final int length = in.getInt();
            if (type != NBD_WRITE) {
                return new Request(type, cookie, offset, new byte[type == NBD_READ ? length : 0]);
            }
            if (!wait && in.remaining() < length) {
                in.reset();
                return null;
            }
            need(length);
            final byte[] data = new byte[length];
            in.get(data);
            return new Request(type, cookie, offset, data);
        }

        private void need(int length) throws IOException {
            if (in.remaining() >= length) {
                return;
            }
            in.compact();
            while (in.position() < length) {
                if (client.read(in) < 0) {
                    throw new EOFException();
                }
            }
            in.flip();
        }

        private void send(ByteBuffer bytes) throws IOException {
            bytes.flip();
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        }
    }
}
