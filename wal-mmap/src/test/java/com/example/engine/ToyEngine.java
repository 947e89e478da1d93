package com.example.engine;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.Samples;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.SimulatedDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// A storage engine in small: the newest value of each series, in memory; a log; a snapshot, so that the log can be
/// cut off. It is written against the simulated disk, as a real one would be against an interface of its own with two
/// implementations.
final class ToyEngine implements AutoCloseable {
    private static final Path HOME = Path.of("/engine");
    private static final Path LOG = HOME.resolve("wal");
    private static final Path SNAPSHOT = HOME.resolve("snapshot");
    private static final int DELETE = 1; // the kind of the engine's own records: a series is gone

    private final SimulatedDisk disk;
    private final Map<String, Double> values = new TreeMap<>();
    private final Wal wal;
    private long applied; // the lsn up to which the snapshot holds everything

    ToyEngine(SimulatedDisk disk) throws IOException {
        this.disk = disk;
        disk.createDirectories(HOME);
        if (disk.exists(SNAPSHOT)) {
            load(new String(disk.read(SNAPSHOT), StandardCharsets.UTF_8));
        }
        if (disk.exists(LOG)) {
            replay();
        }
        wal = disk.open(WalConfig.at(LOG).segmentBytes(8192));
    }

    Map<String, Double> values() {
        return values;
    }

    void put(String name, long timestamp, double value) {
        wal.series(Labels.of("__name__", name)).append(timestamp, value);
        values.put(name, value);
    }

    void delete(String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        wal.appendRecord(0, DELETE, bytes, 0, bytes.length);
        values.remove(name);
    }

    void flush() throws InterruptedException {
        wal.flush();
    }

    /// Keeps all values in a file, then lets go of the log below.
    void snapshot() throws IOException, InterruptedException {
        final Checkpoint checkpoint = wal.checkpoint();
        wal.flush();
        store(checkpoint.lsn(0), true);
        wal.truncateBefore(checkpoint);
    }

    /// The bug that the test plants: what is to replace the log is not forced.
    void snapshotHastily() throws IOException, InterruptedException {
        final Checkpoint checkpoint = wal.checkpoint();
        wal.flush();
        store(checkpoint.lsn(0), false);
        wal.truncateBefore(checkpoint);
    }

    /// Beside, force, rename, force the name: any other order loses it.
    private void store(long lsn, boolean force) throws IOException {
        final StringBuilder text = new StringBuilder().append(lsn).append('\n');
        values.forEach(
                (name, value) -> text.append(name).append(' ').append(value).append('\n'));
        final Path temporary = HOME.resolve("snapshot.tmp");
        disk.write(temporary, text.toString().getBytes(StandardCharsets.UTF_8));
        if (force) {
            disk.force(temporary);
        }
        disk.rename(temporary, SNAPSHOT);
        disk.syncDirectory(HOME);
    }

    private void load(String text) {
        final String[] lines = text.split("\n");
        applied = Long.parseLong(lines[0]);
        for (int i = 1; i < lines.length; i++) {
            final String[] pair = lines[i].split(" ");
            values.put(pair[0], Double.parseDouble(pair[1]));
        }
    }

    /// PREFIX: without a put that was torn off, the ones behind it must not count.
    private void replay() {
        final ReplayOptions options =
                ReplayOptions.defaults().policy(ReplayPolicy.PREFIX).memoryBytes(128 * 1024);
        try {
            disk.replay(LOG, options, new ReplayHandler() {
                @Override
                public void onSamples(Labels series, Samples samples) {
                    if (Lsn.position(samples.lsn()) > Lsn.position(applied)) {
                        values.put(series.get("__name__"), samples.value(samples.count() - 1));
                    }
                }

                @Override
                public void onRecord(OpaqueRecord record) {
                    if (Lsn.position(record.lsn()) > Lsn.position(applied)) {
                        values.remove(new String(record.toByteArray(), StandardCharsets.UTF_8));
                    }
                }
            });
        } catch (io.seriatim.wal.NotALogException _) {
            // Cut off in the log's first opening: there is nothing in it yet.
        }
    }

    @Override
    public void close() {
        wal.close();
    }
}
