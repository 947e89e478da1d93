package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayOptions;
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
/// the number of shards read ahead: they copy and check what comes next ([Lookahead]). Everybody has his share of the
/// memory and no more, whatever the segments hold; more than the number of threads are never alive. When one reader
/// fails the others stop at their next segment, and [#close()] waits for them.
final class SegmentFeed implements AutoCloseable {
    // What is copied should still be in the core's own cache when it is checked: 1 MiB was half as fast.
    private static final int MAX_WINDOW_BYTES = 128 * 1024;
    private static final int MIN_WINDOW_BYTES = 8 * 1024;

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
        this.own = pool == null ? new FrameScanner(windowBytes(1)) : null;
    }

    private int windowBytes(int windows) {
        return Math.clamp(options.memoryBytes() / windows, MIN_WINDOW_BYTES, MAX_WINDOW_BYTES);
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
        // While some are checking, one segment more is ready for who has done with his.
        final int lookaheads = aheadPerReader == 0 ? 0 : aheadPerReader + 1;
        final int windowBytes = windowBytes(readers * (1 + lookaheads * (1 + Lookahead.DEPTH)));
        final Deque<Work> queue = new ArrayDeque<>(works);
        final List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            running.add(pool.submit(() -> {
                try {
                    final Ahead ahead = new Ahead(aheadPerReader, windowBytes);
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

    /// One reader with those that check ahead of it. One thread at a time.
    private final class Ahead {
        private final FrameScanner scanner;
        private final Deque<Lookahead> idle = new ArrayDeque<>();

        /// A segment that is being checked, or will be.
        ///
        /// @param file null if the segment is not there any more
        private record Opened(SegmentFile segment, StorageFile file, Lookahead lookahead, Future<?> checking) {}

        Ahead(int threads, int windowBytes) {
            scanner = new FrameScanner(windowBytes);
            for (int i = 0; threads > 0 && i <= threads; i++) {
                idle.add(new Lookahead(windowBytes));
            }
        }

        void read(Work work) throws IOException {
            if (idle.isEmpty()) {
                readInTurn(work, scanner);
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
                        readOpened(work.scan(), opened.peek());
                        opened.poll();
                    } else {
                        work.scan().pass(segment);
                    }
                    progress(segment);
                }
            } finally {
                opened.forEach(Ahead::abandon);
            }
        }

        private Opened open(SegmentFile segment, Lookahead lookahead) throws IOException {
            final StorageFile file;
            try {
                file = storage.open(segment.file(), false);
            } catch (NoSuchFileException _) {
                return new Opened(segment, null, lookahead, CompletableFuture.completedFuture(null));
            }
            lookahead.begin(file, segment);
            try {
                return new Opened(segment, file, lookahead, pool.submit(() -> {
                    lookahead.run();
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
                try (StorageFile file = opened.file()) {
                    scanner.open(file, opened.segment());
                    scanner.follow(opened.lookahead());
                    scan.read(opened.segment(), scanner);
                    opened.lookahead().end();
                    ended(opened.checking());
                }
            }
            idle.add(opened.lookahead());
        }

        /// What checking has met, reading has met as well, or did not need.
        private static void ended(Future<?> checking) throws IOException {
            try {
                checking.get();
            } catch (ExecutionException failure) {
                if (failure.getCause() instanceof Error error) {
                    throw error;
                }
            } catch (InterruptedException failure) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading", failure);
            }
        }

        /// After a failure. Who still checks meets a closed file, and nobody asks.
        private static void abandon(Opened left) {
            left.lookahead().end();
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
