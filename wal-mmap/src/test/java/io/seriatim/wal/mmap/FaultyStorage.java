package io.seriatim.wal.mmap;

import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.FrameSeed;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/// Passes calls on to another storage, except those that it was told to fail, to fake or to hold back. Remembers
/// every call with its thread. Thread-safe.
final class FaultyStorage implements Storage {
    /// The calls that can be made to fail. A rename goes by the name that it gives.
    enum Call {
        LIST,
        CREATE_DIRECTORY,
        CREATE,
        OPEN,
        RENAME,
        SYNC_DIRECTORY,
        DELETE,
        LOCK,
        READ,
        WRITE,
        FORCE,
        MAP,
        FORCE_RANGE,
        UNMAP
    }

    /// What a fault does.
    enum Effect {
        /// Throws, nothing is done.
        FAIL,
        /// Throws what `MappedByteBuffer.force` throws, nothing is done.
        FAIL_UNCHECKED,
        /// Throws, all is done.
        FAIL_AFTERWARDS,
        /// Throws, and what was to be forced reads as clean from now on although the device never got it.
        FAIL_AND_CLEAN,
        /// Returns, nothing is done: a liar.
        SKIP,
        /// Returns, but only the first and the last third of a range were forced.
        SKIP_MIDDLE,
        /// Returns, and is done when the next such call comes.
        DELAY,
        /// Returns, the pages are clean, and the device has nothing of it: what a second call after a failed one does.
        CLEAN_AND_SUCCEED,
        /// Zeros are not written: the file is one that was used before.
        RECYCLE,
        /// Writes, and behind it a frame that nobody appended.
        APPEND_FRAME
    }

    /// One call.
    ///
    /// @param from   first byte of a write or a force of a range, otherwise 0
    /// @param length its length, otherwise 0
    record Event(Call call, Path path, long from, long length, Thread thread) {}

    private final Storage storage;
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final List<Consumer<Event>> observers = new CopyOnWriteArrayList<>();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    private Action<?> delayed;

    FaultyStorage(Storage storage) {
        this.storage = storage;
    }

    /// A rule for some of the calls. Without more, all of them fail with EIO until it is mended.
    static final class Fault {
        private final Call call;
        private final PathMatcher name;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private Effect effect = Effect.FAIL;
        private String message = "Input/output error";
        private int spared;
        private int left = Integer.MAX_VALUE;
        private boolean blocks;
        private Predicate<Event> where = _ -> true;
        private int hits;

        private Fault(Call call, String glob) {
            this.call = call;
            this.name = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        }

        /// Spares the first calls.
        synchronized Fault after(int calls) {
            spared = calls;
            return this;
        }

        /// Takes only some of the calls.
        synchronized Fault where(Predicate<Event> condition) {
            where = condition;
            return this;
        }

        synchronized Fault once() {
            left = 1;
            return this;
        }

        synchronized Fault with(Effect other) {
            effect = other;
            return this;
        }

        synchronized Fault noSpace() {
            message = "No space left on device";
            return this;
        }

        synchronized void mend() {
            left = 0;
        }

        /// @return how many calls it has changed
        synchronized int hits() {
            return hits;
        }

        /// Waits until a call is held back.
        void awaitReached() throws InterruptedException {
            if (!reached.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("no such call: " + call);
            }
        }

        /// Lets held back calls go on.
        void release() {
            released.countDown();
        }

        private synchronized boolean takes(Event event) {
            final Path file = event.path.getFileName();
            if (left == 0 || call != event.call || file == null || !name.matches(file) || !where.test(event)) {
                return false;
            }
            if (spared > 0) {
                spared--;
                return false;
            }
            left--;
            hits++;
            return true;
        }

        private boolean holds() {
            reached.countDown();
            try {
                if (!released.await(30, TimeUnit.SECONDS)) {
                    throw new AssertionError("never released: " + call);
                }
            } catch (InterruptedException failure) {
                throw new AssertionError(failure);
            }
            return true;
        }

        private synchronized IOException failure(Event event) {
            return new IOException(event.path + ": " + message);
        }
    }

    /// Makes calls fail.
    ///
    /// @param glob of the file's name, without directories
    Fault fail(Call call, String glob) {
        final Fault fault = new Fault(call, glob);
        faults.add(fault);
        return fault;
    }

    /// Holds calls back until [Fault#release]; then they go on as if nothing had been.
    Fault block(Call call, String glob) {
        final Fault fault = new Fault(call, glob);
        fault.blocks = true;
        faults.add(fault);
        return fault;
    }

    /// Shows every call, before it is made, to somebody.
    void observe(Consumer<Event> observer) {
        observers.add(observer);
    }

    List<Event> events(Call call, String glob) {
        final PathMatcher name = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        return events.stream()
                .filter(event -> event.call == call && name.matches(event.path.getFileName()))
                .toList();
    }

    /// @return how many calls a thread has made
    long countOf(Thread thread) {
        return events.stream().filter(event -> event.thread == thread).count();
    }

    void forgetEvents() {
        events.clear();
    }

    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private <T> T perform(Event event, Action<T> action) throws IOException {
        return perform(event, action, () -> null, () -> null);
    }

    private <T> T perform(Event event, Action<T> action, Action<T> clean, Action<T> skipMiddle) throws IOException {
        events.add(event);
        observers.forEach(observer -> observer.accept(event));
        for (final Fault fault : faults) {
            if (!fault.takes(event) || fault.blocks && fault.holds()) {
                continue;
            }
            switch (fault.effect) {
                case FAIL -> throw fault.failure(event);
                case FAIL_UNCHECKED -> throw new UncheckedIOException(fault.failure(event));
                case FAIL_AFTERWARDS -> {
                    action.run();
                    throw fault.failure(event);
                }
                case FAIL_AND_CLEAN -> {
                    clean.run();
                    throw fault.failure(event);
                }
                case SKIP -> {
                    return null;
                }
                case SKIP_MIDDLE -> {
                    return skipMiddle.run();
                }
                case DELAY -> {
                    final Action<?> before = delayed;
                    delayed = action;
                    if (before != null) {
                        before.run();
                    }
                    return null;
                }
                case CLEAN_AND_SUCCEED -> {
                    return clean.run();
                }
                case RECYCLE, APPEND_FRAME -> {
                    return fault.effect == Effect.RECYCLE ? clean.run() : skipMiddle.run();
                }
            }
        }
        return action.run();
    }

    private static Event event(Call call, Path path) {
        return new Event(call, path, 0, 0, Thread.currentThread());
    }

    @Override
    public boolean exists(Path path) {
        return storage.exists(path);
    }

    @Override
    public boolean isRegularFile(Path path) {
        return storage.isRegularFile(path);
    }

    @Override
    public Path realPath(Path directory) throws IOException {
        return storage.realPath(directory);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return perform(event(Call.LIST, directory), () -> storage.list(directory));
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        perform(event(Call.CREATE_DIRECTORY, directory), () -> {
            storage.createDirectory(directory);
            return null;
        });
    }

    @Override
    public StorageFile create(Path file) throws IOException {
        return perform(event(Call.CREATE, file), () -> new FaultyFile(file, storage.create(file)));
    }

    @Override
    public StorageFile open(Path file, boolean write) throws IOException {
        return perform(event(Call.OPEN, file), () -> new FaultyFile(file, storage.open(file, write)));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        perform(event(Call.RENAME, to), () -> {
            storage.rename(from, to);
            return null;
        });
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        perform(event(Call.SYNC_DIRECTORY, directory), () -> {
            storage.syncDirectory(directory);
            return null;
        });
    }

    @Override
    public void delete(Path file) throws IOException {
        perform(event(Call.DELETE, file), () -> {
            storage.delete(file);
            return null;
        });
    }

    @Override
    public AutoCloseable lock(Path file) throws IOException {
        return perform(event(Call.LOCK, file), () -> storage.lock(file));
    }

    @Override
    public boolean isSeenByOthers() {
        return storage.isSeenByOthers();
    }

    @Override
    public UUID bootId() {
        return storage.bootId();
    }

    private final class FaultyFile implements StorageFile {
        private final Path path;
        private final StorageFile file;

        FaultyFile(Path path, StorageFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return perform(event(Call.READ, path), () -> file.read(target, offset));
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            perform(
                    new Event(Call.WRITE, path, offset, source.remaining(), Thread.currentThread()),
                    () -> {
                        file.write(source, offset);
                        return null;
                    },
                    () -> {
                        writeRecycled(source, offset);
                        return null;
                    },
                    () -> {
                        file.write(source, offset);
                        appendFrame(offset);
                        return null;
                    });
        }

        @Override
        public void force() throws IOException {
            perform(event(Call.FORCE, path), () -> {
                file.force();
                return null;
            });
        }

        @Override
        public Mapping map(long length) throws IOException {
            return perform(event(Call.MAP, path), () -> new FaultyMapping(path, file.map(length)));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        /// In place of zeros, what might be a segment's from before: one frame after the other.
        private void writeRecycled(ByteBuffer source, long offset) throws IOException {
            if (offset >= SegmentHeader.HEADER_BYTES) {
                for (int at = source.position(); at + 32 <= source.limit(); at += 32) {
                    source.putInt(at, Integer.reverseBytes(FrameLayout.SAMPLE_LENGTH));
                    source.put(at + FrameLayout.TYPE_OFFSET, (byte) FrameLayout.SAMPLE);
                }
            }
            file.write(source, offset);
            for (int at = 0; at < source.limit(); at++) {
                source.put(at, (byte) 0); // the caller's
            }
        }

        /// Recovery has stored a segment again: behind its last frame, one more.
        private void appendFrame(long from) throws IOException {
            final ByteBuffer bytes = ByteBuffer.allocate((int) file.size()).order(ByteOrder.LITTLE_ENDIAN);
            file.read(bytes, 0);
            final SegmentHeader header;
            try {
                header = SegmentHeader.decode(Arrays.copyOf(bytes.array(), SegmentHeader.BLOCK_BYTES));
            } catch (MalformedFrameException failure) {
                throw new IOException(failure);
            }
            int at = (int) Math.max(from, SegmentHeader.HEADER_BYTES);
            for (int seen = at; seen < bytes.limit(); seen += Long.BYTES) {
                at = bytes.getLong(seen) != 0 ? seen + Long.BYTES : at;
            }
            final int length = FrameLayout.PAYLOAD_OFFSET;
            if (at + length > bytes.limit()) {
                return;
            }
            final ByteBuffer frame = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            frame.put(FrameLayout.TYPE_OFFSET, (byte) FrameLayout.RECORD).putInt(FrameLayout.WORD_OFFSET, 1 << 30);
            final CRC32C crc = new CRC32C();
            crc.update(frame.array(), FrameLayout.TYPE_OFFSET, length - FrameLayout.TYPE_OFFSET);
            frame.putInt(0, length)
                    .putInt(
                            FrameLayout.CRC_OFFSET,
                            (int) crc.getValue() ^ FrameSeed.at(header.seed(), header.base() + at, length));
            file.write(frame, at);
        }
    }

    private final class FaultyMapping implements Mapping {
        private final Path path;
        private final Mapping mapping;

        /// A segment is mapped under its temporary name, and known by the other ever after.
        FaultyMapping(Path path, Mapping mapping) {
            final String name = path.getFileName().toString();
            this.path = name.endsWith(LogFiles.TEMPORARY_SUFFIX)
                    ? path.resolveSibling(name.substring(0, name.length() - LogFiles.TEMPORARY_SUFFIX.length()))
                    : path;
            this.mapping = mapping;
        }

        @Override
        public MemorySegment memory() {
            return mapping.memory();
        }

        @Override
        public void force(long from, long length) throws IOException {
            perform(
                    new Event(Call.FORCE_RANGE, path, from, length, Thread.currentThread()),
                    () -> {
                        mapping.force(from, length);
                        return null;
                    },
                    () -> {
                        if (mapping instanceof SimulatedStorage.OpenMapping simulated) {
                            simulated.forceFails(from, length);
                        }
                        return null;
                    },
                    () -> {
                        final long third = length / 3;
                        mapping.force(from, third);
                        mapping.force(from + length - third, third);
                        return null;
                    });
        }

        @Override
        public void close() {
            events.add(event(Call.UNMAP, path));
            mapping.close();
        }
    }
}
