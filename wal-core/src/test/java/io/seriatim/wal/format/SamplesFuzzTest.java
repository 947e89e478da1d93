package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.seriatim.wal.Labels;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// SAMPLES frames damaged at random, under a checksum that is right: what a forger can do.
class SamplesFuzzTest {
    private static final long SEED = 20_250_602;
    private static final int ROUNDS = 300_000;

    private static final byte[][] FRAMES = {
        Group.frame(Group.of(0, null, 1, 1)),
        Group.frame(Group.of(3, Labels.of("__name__", "up", "job", "api"), 100, 1, 90, 2), Group.of(4, null, 100, 3)),
        Group.frame(Group.of(1 << 30, null, 5, 1, 5, 2, 5, 3, 5, 4), Group.of(0, Labels.of("a", ""))),
        Group.frame(Group.of(Integer.MAX_VALUE, null, Long.MIN_VALUE, 1, Long.MAX_VALUE, 2)),
    };

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    @DisplayName("P12: a forged frame ends in records or MalformedFrameException")
    void shouldEndInRecordsOrMalformedWhenBytesAreMutated() {
        final Random random = new Random(SEED);
        int accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            final byte[] frame = mutated(FRAMES[random.nextInt(FRAMES.length)], random);
            accepted += isRefusedOrCanonical(frame, i) ? 0 : 1;
        }
        // Values may be anything, so some mutations must pass; were it none, this test would test nothing.
        assertTrue(accepted > ROUNDS / 100 && accepted < ROUNDS, "accepted=" + accepted);
    }

    @Test
    void shouldEndInRecordsOrMalformedWhenAnyBitIsFlipped() {
        for (final byte[] original : FRAMES) {
            for (int bit = 0; bit < original.length * 8; bit++) {
                final byte[] frame = original.clone();
                frame[bit / 8] ^= (byte) (1 << bit % 8);
                isRefusedOrCanonical(frame, bit);
            }
        }
    }

    @Test
    @DisplayName("P12: memory is bounded by the bytes that are there, not by a count that they claim")
    void shouldNotAllocateMoreThanTheBytesCanFill() {
        final Random random = new Random(SEED);
        final SamplesDecoder warm = new SamplesDecoder();
        isMalformed(warm, FRAMES[0]);
        for (int i = 0; i < 20_000; i++) {
            final byte[] frame = mutated(FRAMES[random.nextInt(FRAMES.length)], random);
            final long before = threads.getCurrentThreadAllocatedBytes();
            isMalformed(new SamplesDecoder(), frame);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            // The decoder itself, an exception with its message, and two arrays.
            final int round = i;
            assertTrue(
                    allocated < 16_384 + 8L * frame.length,
                    () -> "allocated=" + allocated + " seed=" + SEED + " round=" + round);
        }
    }

    private static boolean isMalformed(SamplesDecoder decoder, byte[] frame) {
        try {
            decoder.samplesFrame(frame, 0, frame.length, 0);
            decoder.check();
            return false;
        } catch (MalformedFrameException _) {
            return true;
        }
    }

    /// @return true if refused; otherwise it has been checked that encoding again gives the same bytes
    private static boolean isRefusedOrCanonical(byte[] frame, int round) {
        final List<Group> groups;
        try {
            groups = Group.decode(frame, 0, frame.length);
        } catch (MalformedFrameException | IllegalArgumentException _) {
            return true;
        } catch (RuntimeException e) {
            throw new AssertionError("seed=" + SEED + " round=" + round + " frame=" + hex(frame), e);
        }
        final byte[] again = Group.frame(groups.toArray(Group[]::new));
        // The type is looked at before a frame comes here.
        again[FrameLayout.TYPE_OFFSET] = frame[FrameLayout.TYPE_OFFSET];
        assertEquals(hex(frame), hex(again), () -> "seed=" + SEED + " round=" + round);
        return false;
    }

    private static String hex(byte[] frame) {
        return HexFormat.of().formatHex(frame, FrameLayout.TYPE_OFFSET, frame.length);
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] frame = original.clone();
        if (random.nextInt(4) == 0) {
            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
        }
        for (int n = random.nextInt(1, 4); n > 0 && frame.length > FrameLayout.TYPE_OFFSET; n--) {
            final int at = random.nextInt(FrameLayout.TYPE_OFFSET, frame.length);
            frame[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) random.nextInt(256);
                case 1 -> (byte) (frame[at] ^ 1 << random.nextInt(8));
                case 2 -> (byte) -1;
                default -> (byte) (frame[at] + (random.nextBoolean() ? 1 : -1));
            };
        }
        return frame;
    }
}
