package io.seriatim.bench;

import com.sun.management.ThreadMXBean;
import io.seriatim.wal.Batch;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// The process that [AppendGuardTest] watches: one thread appends, for long enough to be compiled, and then a million
/// times between two system calls that can be told from all others.
final class GuardChild {
    static final int APPENDS = 1_000_000;
    static final String BEGIN = "/seriatim-guard-begin";
    static final String END = "/seriatim-guard-end";

    private static final int WARMUPS = 3;
    private static final int BATCH = 1000;
    private static final byte[] RECORD = new byte[20];

    /// What a planted fault leaves, so that it is not optimized away.
    private static volatile Object garbage;

    private GuardChild() {}

    /// @param args directory, way to append, fault to plant
    public static void main(String[] args) throws IOException {
        final BenchSeries[] series = Workload.DISTINCT.series();
        try (Wal wal = MappedWal.open(WalConfig.at(Path.of(args[0])).retainBytes(256 << 20))) {
            final SeriesHandle[] handles = new SeriesHandle[series.length];
            for (int i = 0; i < series.length; i++) {
                handles[i] = wal.series(series[i].labels());
            }
            final Way way = Way.valueOf(args[1]);
            final Fault fault = Fault.valueOf(args[2]);
            for (int i = 0; i < WARMUPS; i++) {
                run(wal, series, handles, way, Fault.NONE);
            }
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            threads.getCurrentThreadAllocatedBytes();
            mark(BEGIN);
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(wal, series, handles, way, fault);
            final long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            mark(END);
            System.out.println(
                    "thread=" + Path.of("/proc/thread-self").toRealPath().getFileName());
            System.out.println("allocatedBytes=" + allocatedBytes);
        }
    }

    enum Way {
        HANDLE,
        WHOLE,
        BATCH,
        OPAQUE
    }

    enum Fault {
        NONE,
        SYSTEM_CALLS,
        WAITS,
        GARBAGE
    }

    private static void mark(String path) {
        Files.exists(Path.of(path));
    }

    private static void run(Wal wal, BenchSeries[] series, SeriesHandle[] handles, Way way, Fault fault) {
        for (int i = 0; i < APPENDS; i += way == Way.BATCH ? BATCH : 1) {
            switch (way) {
                case HANDLE -> handles[i % handles.length].append(i, i);
                case WHOLE -> wal.append(series[i % series.length]);
                case OPAQUE -> wal.appendRecord(0, 1, RECORD, 0, RECORD.length);
                case BATCH -> scrape(wal, handles, i);
            }
            if (i % BATCH == 0) {
                plant(fault);
            }
        }
    }

    private static void scrape(Wal wal, SeriesHandle[] handles, int from) {
        try (Batch batch = wal.batch()) {
            for (int i = from; i < from + BATCH; i++) {
                batch.add(handles[i % handles.length], from, i);
            }
            batch.commit();
        }
    }

    /// One in a thousand appends; of waits, one in fifty.
    private static void plant(Fault fault) {
        switch (fault) {
            case NONE -> {}
            case SYSTEM_CALLS -> mark("/seriatim-planted");
            case WAITS -> {
                for (int i = 0; i < BATCH / 50; i++) {
                    LockSupport.parkNanos(1);
                }
            }
            case GARBAGE -> garbage = new byte[64];
        }
    }
}
