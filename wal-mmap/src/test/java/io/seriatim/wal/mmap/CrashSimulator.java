package io.seriatim.wal.mmap;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Cuts an engine off at random moments, and has it look at what is left. For embedders: see
/// `wal-mmap/SIMULATOR.md`. One thread.
///
/// ```java
/// CrashSimulator.of(MyScenario::new).images(20_000).run();
/// ```
///
/// The same seed does the same. One that failed is run again alone by `-Dsimulator.firstSeed=SEED
/// -Dsimulator.images=1`; these two properties have precedence over what the program says.
public final class CrashSimulator {
    private static final int DEEPEST = 3;

    private final Supplier<? extends CrashScenario> scenarios;
    private final long firstSeed;
    private final long wanted;

    private CrashScenario scenario;
    private Random random;
    private double rate;
    private long images;
    private boolean looking;
    private Throwable broken;

    private CrashSimulator(Supplier<? extends CrashScenario> scenarios, long firstSeed, long wanted) {
        this.scenarios = scenarios;
        this.firstSeed = Long.getLong("simulator.firstSeed", firstSeed);
        this.wanted = Long.getLong("simulator.images", wanted);
    }

    /// @param scenarios makes a fresh one for each seed
    public static CrashSimulator of(Supplier<? extends CrashScenario> scenarios) {
        return new CrashSimulator(scenarios, 0, 10_000);
    }

    /// @return the same, to check this many images at least; 10 000 if nothing is said
    public CrashSimulator images(long images) {
        return new CrashSimulator(scenarios, firstSeed, images);
    }

    /// @return the same, to begin with another seed than 0
    public CrashSimulator firstSeed(long seed) {
        return new CrashSimulator(scenarios, seed, wanted);
    }

    /// Runs seed after seed until enough images are checked.
    ///
    /// @return how many were
    /// @throws AssertionError naming the seed that failed, with the failure as its cause
    public long run() {
        images = 0;
        for (long seed = firstSeed; images < wanted; seed++) {
            final long before = images;
            try {
                run(seed);
            } catch (Exception | Error failure) {
                throw new AssertionError(
                        "seed=" + seed + " failed: " + failure + " (again: -Dsimulator.firstSeed=" + seed
                                + " -Dsimulator.images=1)",
                        failure);
            }
            if (images == before) {
                throw new AssertionError("seed=" + seed + " gave no image: does the scenario use the disk?");
            }
        }
        return images;
    }

    private void run(long seed) throws Exception {
        scenario = scenarios.get();
        random = new Random(seed);
        rate = 0.01 + 0.2 * random.nextDouble();
        looking = false;
        broken = null;
        try (SimulatedDisk disk = new SimulatedDisk(new SimulatedStorage(), this, 0)) {
            try {
                scenario.run(disk, new Random(seed));
            } catch (Exception | Error failure) {
                throwBroken(); // what the engine has made of it says less
                throw failure;
            }
            throwBroken();
            look(disk);
            throwBroken();
        }
    }

    private void throwBroken() throws Exception {
        if (broken instanceof Error error) {
            throw error;
        }
        if (broken != null) {
            throw (Exception) broken;
        }
    }

    /// A moment at which a crash is possible.
    void moment(SimulatedDisk disk) {
        disk.storage().note();
        if (!looking && broken == null && random.nextDouble() < (disk.depth() == 0 ? rate : 0.05)) {
            look(disk);
        }
    }

    private void look(SimulatedDisk disk) {
        looking = true;
        final List<CrashPolicy> policies = random.nextInt(3) == 0
                ? List.of()
                : CrashImages.of(disk.storage().choices(), random, random.nextInt(50) == 0 ? 256 : 6);
        try {
            if (policies.isEmpty()) {
                check(disk.storage().killProcess(), disk.powerLost(), disk.depth());
            }
            for (final CrashPolicy policy : policies) {
                check(disk.storage().crash(policy), true, disk.depth());
            }
        } finally {
            looking = false;
        }
    }

    private void check(SimulatedStorage image, boolean powerLoss, int depth) {
        if (broken != null) {
            return;
        }
        images++;
        try (SimulatedDisk disk = new SimulatedDisk(image, this, depth + 1)) {
            disk.lostPower(powerLoss);
            looking = depth + 1 >= DEEPEST || random.nextInt(4) != 0; // else the check is cut off in turn
            scenario.check(disk, powerLoss);
        } catch (Exception | Error failure) {
            broken = broken == null ? failure : broken;
        } finally {
            looking = true;
        }
    }
}
