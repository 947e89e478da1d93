package io.seriatim.tools.demo;

import io.seriatim.wal.Labels;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What the child tells its parent, message by message. A message is one `write` of at most 4096 bytes, which a pipe
/// takes whole or not at all: what the child has said survives its death, and nothing is said by half.
///
/// ```
/// byte type | short length of the rest | rest
/// ```
final class Pipe {
    static final int MAX_MESSAGE_BYTES = 4096;

    private static final byte READY = 1;
    private static final byte RETURNED = 2;
    private static final byte DURABLE = 3;
    private static final byte SERIES = 4;
    private static final byte SCRAPE = 5;
    private static final byte FAILED = 6;
    private static final int HEADER_BYTES = 3;

    private Pipe() {}

    /// The child's end. Thread-safe.
    static final class Writer {
        private final OutputStream stream;
        private final ByteBuffer message = ByteBuffer.allocate(MAX_MESSAGE_BYTES);

        Writer(OutputStream stream) {
            this.stream = stream;
        }

        /// The log is open.
        synchronized void ready(long openNanos) {
            begin(READY).putLong(openNanos);
            send();
        }

        /// The first `appends[i]` appends of producer `i` returned.
        synchronized void returned(long elapsedNanos, long bytes, long[] appends) {
            begin(RETURNED).putLong(elapsedNanos).putLong(bytes);
            numbers(appends);
        }

        /// The first `appends` appends of a producer are durable.
        synchronized void durable(int producer, long appends) {
            begin(DURABLE).putInt(producer).putLong(appends);
            send();
        }

        /// The next of this machine's series.
        synchronized void series(Labels labels) {
            final byte[] encoded = new byte[labels.encodedLength()];
            labels.copyEncodedTo(encoded, 0);
            begin(SERIES).put(encoded);
            send();
        }

        /// The next of this machine's scrapes, about to be appended.
        synchronized void scrape(long timestamp, long[] valueBits) {
            begin(SCRAPE).putLong(timestamp);
            numbers(valueBits);
        }

        /// The child has to give up.
        synchronized void failed(String why) {
            final byte[] text = why.getBytes(StandardCharsets.UTF_8);
            begin(FAILED).put(text, 0, Math.min(text.length, message.remaining()));
            send();
        }

        private void numbers(long[] numbers) {
            for (final long number : numbers) {
                message.putLong(number);
            }
            send();
        }

        private ByteBuffer begin(byte type) {
            return message.clear().put(type).putShort((short) 0);
        }

        private void send() {
            message.putShort(1, (short) (message.position() - HEADER_BYTES));
            try {
                stream.write(message.array(), 0, message.position());
                stream.flush();
            } catch (IOException _) {
                Runtime.getRuntime().halt(Child.PARENT_GONE); // nobody is left to log for
            }
        }
    }

    /// What a parent does about messages.
    interface Listener {
        void ready(long openNanos);

        void returned(long elapsedNanos, long bytes, long[] appends);

        void durable(int producer, long appends);

        void series(Labels labels);

        void scrape(long timestamp, long[] valueBits);

        void failed(String why);
    }

    /// Reads messages until the child's end is closed.
    ///
    /// @throws IOException if it cannot be read, or a message makes no sense
    static void read(InputStream stream, Listener listener) throws IOException {
        final DataInputStream in = new DataInputStream(stream);
        for (int type = in.read(); type >= 0; type = in.read()) {
            final byte[] rest = new byte[in.readUnsignedShort()];
            in.readFully(rest);
            dispatch((byte) type, ByteBuffer.wrap(rest), listener);
        }
    }

    private static void dispatch(byte type, ByteBuffer rest, Listener listener) throws IOException {
        switch (type) {
            case READY -> listener.ready(rest.getLong());
            case RETURNED -> listener.returned(rest.getLong(), rest.getLong(), numbers(rest));
            case DURABLE -> listener.durable(rest.getInt(), rest.getLong());
            case SERIES -> listener.series(Labels.decode(rest.array(), 0, rest.limit()));
            case SCRAPE -> listener.scrape(rest.getLong(), numbers(rest));
            case FAILED -> listener.failed(StandardCharsets.UTF_8.decode(rest).toString());
            default -> throw new EOFException("unknown message: type=" + type + " length=" + rest.limit());
        }
    }

    private static long[] numbers(ByteBuffer rest) {
        final long[] numbers = new long[rest.remaining() / Long.BYTES];
        rest.asLongBuffer().get(numbers);
        return numbers;
    }
}
