package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.WalConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Brings segments to the scans that read them: in turn, or with several threads.
///
/// With more than one thread, each shard is read by one of them, so that a series' order is kept. Threads beyond
/// the number of shards read ahead: they copy and check the beginning of the segments whose turn comes next. Every
/// scanner has its share of the memory and no more, whatever the segments hold; more than the number of threads
/// are never alive. When one reader fails the others stop at their next segment, and [#close()] waits for them.
final class SegmentFeed implements AutoCloseable {
    private static final int MAX_WINDOW_BYTES = 1 << 20;
    private static final int MIN_WINDOW_BYTES = 16 * 1024;
    private static final int MAX_AHEAD_BYTES = WalConfig.MAX_SEGMENT_BYTES;

    private final Storage storage;
    private final ReplayOptions options;
    private final long totalBytes;
    private final ExecutorService pool;
    private final FrameScanner own;
    private long doneBytes;
    private volatile boolean stopped;

    /// A shard's segments and the scan that wants them.
    record Work(ShardScan scan, List<SegmentFile> segments) {}

    SegmentFeed(Storage storage, ReplayOptions options, long totalBytes) {
        this.storage = storage;
        this.options = options;
        this.totalBytes = totalBytes;
        this.pool = options.threads() == 1
                ? null
                : Executors.newFixedThreadPool(options.threads(), task -> {
                    final Thread thread = new Thread(task, "wal-replay");
                    thread.setDaemon(true);
                    return thread;
                });
        this.own = pool == null ? new FrameScanner(windowBytes(1, MAX_WINDOW_BYTES)) : null;
    }

    private int windowBytes(int scanners, int most) {
        return Math.clamp(options.memoryBytes() / scanners, MIN_WINDOW_BYTES, most);
    }

    /// Reads everything of one stage.
    void run(List<Work> works) throws IOException {
        if (pool == null) {
            for (final Work work : works) {
                readInTurn(work, own);
            }
            return;
        }
        final int readers = Math.clamp(works.size(), 1, options.threads());
        final int aheadPerReader = (options.threads() - readers) / readers;
        // While one segment is read, up to `ahead` more are held by each reader.
        final int scanners = readers * (1 + aheadPerReader);
        final Deque<Work> queue = new ArrayDeque<>(works);
        final List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            running.add(pool.submit(() -> {
                try {
                    final Ahead ahead = new Ahead(aheadPerReader, scanners);
                    for (Work work = next(queue); work != null; work = next(queue)) {
                        ahead.read(work);
                    }
                    return null;
                } catch (Throwable failure) {
                    stopped = true;
                    throw failure;
                }
            }));
        }
        await(running);
    }

    private static Work next(Deque<Work> queue) {
        synchronized (queue) {
            return queue.poll();
        }
    }

    private static void await(List<Future<?>> running) throws IOException {
        Throwable first = null;
        for (final Future<?> each : running) {
            try {
                each.get();
            } catch (ExecutionException failure) {
                first = first == null ? failure.getCause() : first;
            } catch (InterruptedException failure) {
                running.forEach(one -> one.cancel(true));
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading", failure);
            }
        }
        switch (first) {
            case null -> {}
            case IOException failure -> throw failure;
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            default -> throw new CompletionException(first);
        }
    }

    private void readInTurn(Work work, FrameScanner scanner) throws IOException {
        for (final SegmentFile segment : work.segments()) {
            if (stopped) {
                return;
            }
            if (work.scan().wants(segment)) {
                try (StorageFile file = storage.open(segment.file(), false)) {
                    scanner.open(file, segment);
                    work.scan().read(segment, scanner);
                } catch (NoSuchFileException _) {
                    work.scan().vanished(segment);
                }
            } else {
                work.scan().pass(segment);
            }
            progress(segment);
        }
    }

    private synchronized void progress(SegmentFile segment) {
        doneBytes += segment.bytes();
        options.progress().onProgress(doneBytes, Math.max(doneBytes, totalBytes));
    }

    /// Returns when no thread calls the handler any more.
    @Override
    public void close() {
        if (pool == null) {
            return;
        }
        stopped = true;
        pool.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (pool.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// One reader with the scanners that run ahead of it. One thread at a time.
    private final class Ahead {
        private final int ahead;
        private final Deque<FrameScanner> idle = new ArrayDeque<>();

        /// A segment whose beginning has been read and checked, or is being.
        ///
        /// @param file null if the segment is not there any more
        private record Opened(SegmentFile segment, FrameScanner scanner, StorageFile file, Future<?> prefetch) {}

        Ahead(int ahead, int scanners) {
            this.ahead = ahead;
            final int windowBytes = windowBytes(scanners, ahead == 0 ? MAX_WINDOW_BYTES : MAX_AHEAD_BYTES);
            for (int i = 0; i <= ahead; i++) {
                idle.add(new FrameScanner(windowBytes));
            }
        }

        void read(Work work) throws IOException {
            if (ahead == 0) {
                readInTurn(work, idle.getFirst());
                return;
            }
            final Deque<SegmentFile> wanted = new ArrayDeque<>(
                    work.segments().stream().filter(work.scan()::wants).toList());
            final Deque<Opened> opened = new ArrayDeque<>();
            try {
                for (final SegmentFile segment : work.segments()) {
                    if (stopped) {
                        return;
                    }
                    while (!idle.isEmpty() && !wanted.isEmpty()) {
                        opened.add(open(wanted.poll(), idle.poll()));
                    }
                    if (work.scan().wants(segment)) {
                        readOpened(work.scan(), opened.poll());
                    } else {
                        work.scan().pass(segment);
                    }
                    progress(segment);
                }
            } finally {
                opened.forEach(Ahead::close);
            }
        }

        private Opened open(SegmentFile segment, FrameScanner scanner) throws IOException {
            final StorageFile file;
            try {
                file = storage.open(segment.file(), false);
            } catch (NoSuchFileException _) {
                return new Opened(segment, scanner, null, CompletableFuture.completedFuture(null));
            }
            scanner.open(file, segment);
            try {
                return new Opened(segment, scanner, file, pool.submit(() -> {
                    scanner.prefetch();
                    return null;
                }));
            } catch (RejectedExecutionException failure) {
                file.close();
                throw new IOException("interrupted while reading", failure);
            }
        }

        private void readOpened(ShardScan scan, Opened opened) throws IOException {
            if (opened.file() == null) {
                scan.vanished(opened.segment());
            } else {
                try (StorageFile _ = opened.file()) {
                    await(List.of(opened.prefetch()));
                    scan.read(opened.segment(), opened.scanner());
                }
            }
            idle.add(opened.scanner());
        }

        /// After a failure. A prefetch that still reads the file fails, and nobody asks.
        private static void close(Opened left) {
            left.prefetch().cancel(false);
            try {
                if (left.file() != null) {
                    left.file().close();
                }
            } catch (IOException _) {
                // It was only read.
            }
        }
    }
}
