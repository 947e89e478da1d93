package io.seriatim.wal.mmap;

import io.seriatim.wal.mmap.DeviceRecorder.Event;
import io.seriatim.wal.mmap.DeviceRecorder.Flush;
import io.seriatim.wal.mmap.DeviceRecorder.Note;
import io.seriatim.wal.mmap.DeviceRecorder.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What power loss may have left of a recorded disk. Between one flush and the next everything before the first is
/// there, and of the writes between the two any part: none (the prefix at that flush), all, any subset, sectors of 512
/// bytes of any of them.
final class DeviceImages {
    private static final int SECTOR = 512;

    private final Disk start;
    private final List<Event> events;
    private final long seed;
    // Where flushes stand; the end counts as one, since power may fail just before the next.
    private final List<Integer> flushes = new ArrayList<>();

    /// An image of a crash, and what had been noted by then.
    ///
    /// @param at    how many flushes are covered
    /// @param kind  how the writes behind the last of them were chosen
    /// @param notes all that were taken before the next flush
    record Image(int at, Choice kind, Disk disk, List<String> notes) {
        /// @return how many sessions have opened the log
        int sessions() {
            return (int)
                    notes.stream().filter(note -> note.startsWith("opened")).count();
        }
    }

    /// Which of the writes that no flush covers are there.
    enum Choice {
        /// None of them: the prefix at the flush.
        NONE,
        ALL,
        ONE,
        ALL_BUT_ONE,
        /// The first ones, in the order in which they came; the next one torn.
        FIRST,
        /// Any, each whole.
        WRITES,
        /// Any sectors of any of them.
        SECTORS
    }

    @FunctionalInterface
    interface Judge {
        void judge(Image image) throws Exception;
    }

    /// @param start what was on the disk when recording began
    DeviceImages(Disk start, List<Event> events, long seed) {
        this.start = start;
        this.events = events;
        this.seed = seed;
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof Flush) {
                flushes.add(i);
            }
        }
        flushes.add(events.size());
    }

    int flushes() {
        return flushes.size() - 1;
    }

    /// The prefix at every flush, and as many random images of what came behind it.
    void every(int randomEach, Judge judge) throws Exception {
        walk(
                (at, random) -> {
                    final List<Choice> choices = new ArrayList<>(List.of(Choice.NONE));
                    for (int i = 0; i < randomEach; i++) {
                        choices.add(any(random));
                    }
                    return choices;
                },
                judge);
    }

    /// So many images of random moments.
    void some(int count, Judge judge) throws Exception {
        some(count, 0, judge);
    }

    /// So many images of random moments of the last half, and what is there at the end.
    void last(int count, Judge judge) throws Exception {
        some(count, flushes.size() / 2, judge);
        walk((at, _) -> at == flushes() ? List.of(Choice.ALL) : List.of(), judge);
    }

    private void some(int count, int from, Judge judge) throws Exception {
        final int[] counts = new int[flushes.size()];
        new SplittableRandom(seed).ints(count, from, counts.length).forEach(at -> counts[at]++);
        walk(
                (at, random) -> {
                    final List<Choice> choices = new ArrayList<>();
                    for (int i = 0; i < counts[at]; i++) {
                        choices.add(random.nextInt(4) == 0 ? Choice.NONE : any(random));
                    }
                    return choices;
                },
                judge);
    }

    private static Choice any(RandomGenerator random) {
        return Choice.values()[1 + random.nextInt(Choice.values().length - 1)];
    }

    @FunctionalInterface
    private interface Chooser {
        List<Choice> choose(int at, RandomGenerator random);
    }

    private void walk(Chooser chooser, Judge judge) throws Exception {
        final Disk covered = start.copy();
        final List<String> notes = new ArrayList<>();
        int next = 0;
        for (int at = 0; at < flushes.size(); at++) {
            final List<Write> writes = new ArrayList<>();
            for (; next < flushes.get(at); next++) {
                switch (events.get(next)) {
                    case Write write -> writes.add(write);
                    case Note note -> notes.add(note.text());
                    case Flush _ -> throw new IllegalStateException("flush inside");
                }
            }
            next++;
            // Mixed, so that neighbouring seeds have nothing in common.
            final RandomGenerator random = new SplittableRandom(seed + at);
            for (final Choice choice : chooser.choose(at, random)) {
                final Disk disk = covered.copy();
                apply(choice, writes, random, disk);
                judge.judge(new Image(at, choice, disk, List.copyOf(notes)));
            }
            writes.forEach(write -> covered.write(write.offset(), write.data(), 0, write.data().length));
        }
    }

    private static void apply(Choice choice, List<Write> writes, RandomGenerator random, Disk disk) {
        final int pivot = writes.isEmpty() ? 0 : random.nextInt(writes.size());
        final double kept = random.nextDouble();
        for (int i = 0; i < writes.size(); i++) {
            final Write write = writes.get(i);
            final double chance = switch (choice) {
                case NONE -> 0;
                case ALL -> 1;
                case ONE -> i == pivot ? 1 : 0;
                case ALL_BUT_ONE -> i == pivot ? 0 : 1;
                case FIRST -> i < pivot ? 1 : i == pivot ? kept : 0;
                case WRITES -> random.nextDouble() < kept ? 1 : 0;
                case SECTORS -> kept;
            };
            for (int at = 0; at < write.data().length; at += SECTOR) {
                if (random.nextDouble() < chance) {
                    disk.write(write.offset() + at, write.data(), at, Math.min(SECTOR, write.data().length - at));
                }
            }
        }
    }
}
