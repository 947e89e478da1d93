package io.seriatim.wal.mmap;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What a workload appends, session by session: known to the process that does it and to the one that judges it, by
/// nothing but a seed. And what is known about it at some moment, from the notes taken until then.
///
/// Numbers are those of the [CrashOracle]. Producer `p` has every fourth number, and series of its own, so that numbers
/// ascend within a series.
///
/// @param blocks how many blocks of [#BLOCK] numbers each producer appends in a session
record DevicePlan(long seed, int blocks) {
    /// A note: from here on the kernel may have forgotten what it could not write.
    static final String DISK_FAILED = "diskFailed";
    static final int PRODUCERS = 4;
    static final int BLOCK = 8;
    static final int SHARDS = 3;

    private static final int SERIES = 3;

    /// How the numbers of a block are appended: one by one, as one batch, as one series, as opaque records.
    enum Form {
        SINGLES,
        BATCH,
        SERIES,
        RECORDS
    }

    private RandomGenerator random(long number, int purpose) {
        return new SplittableRandom(seed << 40 ^ number << 8 ^ purpose);
    }

    private int perSession() {
        return PRODUCERS * BLOCK * blocks;
    }

    int number(int session, int producer, int block, int index) {
        return session * perSession() + (block * BLOCK + index) * PRODUCERS + producer;
    }

    private int producer(int number) {
        return number % PRODUCERS;
    }

    private int firstOfBlock(int number) {
        return number - number % (PRODUCERS * BLOCK) + producer(number);
    }

    Form form(int number) {
        final Form form = Form.values()[random(firstOfBlock(number), 1).nextInt(Form.values().length)];
        // Records ascend within a shard only if one producer appends them.
        return form == Form.RECORDS && producer(number) >= SHARDS ? Form.SINGLES : form;
    }

    /// The shard of a record.
    int shard(int number) {
        return producer(number);
    }

    int length(int number) {
        final RandomGenerator random = random(number, 2);
        return random.nextInt(8) == 0 ? random.nextInt(4000) : random.nextInt(200);
    }

    int series(int number) {
        final int decides = form(number) == Form.SERIES ? firstOfBlock(number) : number;
        return producer(number) * SERIES + random(decides, 3).nextInt(SERIES);
    }

    long bits(int number) {
        return random(number, 4).nextLong();
    }

    /// @return an oracle that knows what the notes tell, and that anything of the last session may have been appended
    CrashOracle oracle(List<String> notes) {
        final CrashOracle oracle = new CrashOracle();
        final long[] floors = new long[SHARDS];
        int session = 0;
        for (final String note : notes) {
            final String[] words = note.split(" ");
            switch (words[0]) {
                case "found" -> goOnWith(oracle, words, true);
                case "opened" -> {
                    goOnWith(oracle, words, false);
                    oracle.opened();
                    begin(oracle, session++);
                }
                case "durable" -> {
                    for (int i = 1; i < words.length; i += 2) {
                        final int number = Integer.parseInt(words[i]);
                        final long lsn = Long.parseLong(words[i + 1]);
                        // Another producer may have truncated what this one is only now telling of.
                        if (lsn > floors[Lsn.shard(lsn)]) {
                            oracle.returned(number, lsn);
                            oracle.promised(number);
                        }
                    }
                }
                case "truncating" -> {
                    final long[] wanted = new long[SHARDS];
                    for (int shard = 0; shard < SHARDS; shard++) {
                        wanted[shard] = Long.parseLong(words[1 + shard]);
                        floors[shard] = Math.max(floors[shard], wanted[shard]);
                    }
                    oracle.truncating(Checkpoint.of(wanted));
                }
                case "truncated" -> oracle.truncated();
                case DISK_FAILED -> oracle.diskFailed();
                case "recovered" -> oracle.recovered(Damage.Verdict.valueOf(words[1]));
                case "untruncated" -> oracle.truncationFailed();
                default -> throw new IllegalArgumentException(note);
            }
        }
        return oracle;
    }

    /// @param onDisk true if power was lost: what was found then is all that there is, and on the disk
    private static void goOnWith(CrashOracle oracle, String[] words, boolean onDisk) {
        final List<Integer> numbers = new ArrayList<>();
        for (int i = 1; i < words.length; i += 2) {
            numbers.add(Integer.parseInt(words[i]));
        }
        oracle.goOnWith(new CrashOracle.Found(numbers, null), onDisk);
        for (int i = 1; i < words.length; i += 2) {
            oracle.returned(Integer.parseInt(words[i]), Long.parseLong(words[i + 1]));
        }
    }

    private void begin(CrashOracle oracle, int session) {
        for (int number = session * perSession(); number < (session + 1) * perSession(); number++) {
            final int begun = form(number) == Form.RECORDS
                    ? oracle.beginRecord(CrashOracle.payload(number, length(number)))
                    : oracle.beginSample(series(number), bits(number));
            if (begun != number) {
                throw new IllegalStateException("another number: " + begun + " for " + number);
            }
        }
    }
}
