package io.seriatim.wal.mmap;

import java.util.Random;

/// One life of an engine that keeps a log, and what must be true of it whenever it is cut off. Part of the crash
/// simulator for embedders: see `wal-mmap/SIMULATOR.md`. One thread; a new object for every seed.
public interface CrashScenario {
    /// Lives: opens the engine on the disk, uses it, closes it or not. The simulator cuts in at calls of the disk,
    /// inside appends and inside forces, and has [#check] look at images of those moments; then it goes on here.
    ///
    /// @param random the only source of chance, so that the seed tells it all
    /// @throws Exception ends the search as a failure of this seed
    void run(SimulatedDisk disk, Random random) throws Exception;

    /// Opens the engine on what a crash has left, and throws if anything is wrong: something that this object knows
    /// to have been acknowledged is missing, something is there that never was, the engine refuses to open. What it
    /// does here is cut off in turn, so it is called again for the images of that, up to three deep: it must not
    /// count on what an earlier check has done.
    ///
    /// @param disk      the image
    /// @param powerLoss false if only the process died: then everything written is there
    /// @throws Exception or an [Error], an [AssertionError] for one: the seed has failed
    void check(SimulatedDisk disk, boolean powerLoss) throws Exception;
}
