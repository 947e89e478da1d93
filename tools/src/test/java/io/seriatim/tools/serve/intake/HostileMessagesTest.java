package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Lsn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever bytes come: an outcome or a [BadMessageException], nothing else, and of what is refused nothing is
/// logged.
class HostileMessagesTest {
    @TempDir
    Path directory;

    private interface Take {
        Outcome of(byte[] message) throws BadMessageException;
    }

    @Test
    void shouldSurviveEveryCutAndFlippedBitOfOtlp() {
        try (IntakeLog log = new IntakeLog(IntakeLog.quiet(directory), IntakeLimits.standard())) {
            judge(log, log::otlp, OtlpMessages.everything().toByteArray());
        }
    }

    @Test
    void shouldSurviveEveryCutAndFlippedBitOfJson() {
        try (IntakeLog log = new IntakeLog(IntakeLog.quiet(directory), IntakeLimits.standard())) {
            final String dense = OtlpJsonTest.EVERYTHING.replaceAll("\\n *", "");
            judge(log, log::otlpJson, dense.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldSurviveEveryCutAndFlippedBitOfRemoteWrite1() {
        try (IntakeLog log = new IntakeLog(IntakeLog.quiet(directory), IntakeLimits.standard())) {
            judge(log, log::remoteWrite1, RemoteWrite1Test.everything().bytes());
        }
    }

    @Test
    void shouldSurviveEveryCutAndFlippedBitOfRemoteWrite2() {
        try (IntakeLog log = new IntakeLog(IntakeLog.quiet(directory), IntakeLimits.standard())) {
            judge(log, log::remoteWrite2, RemoteWrite2Test.everything().bytes());
        }
    }

    private static void judge(IntakeLog log, Take take, byte[] valid) {
        int refused = 0;
        for (int length = 0; length < valid.length; length++) {
            refused += take(log, take, Arrays.copyOf(valid, length));
        }
        for (int bit = 0; bit < 8 * valid.length; bit++) {
            final byte[] flipped = valid.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            refused += take(log, take, flipped);
        }
        final Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            final byte[] harmed = valid.clone();
            for (int harm = 1 + random.nextInt(6); harm > 0; harm--) {
                harmed[random.nextInt(harmed.length)] = (byte) random.nextInt();
            }
            refused += take(log, take, harmed);
        }
        assertTrue(refused > valid.length / 2, "harm goes unnoticed: refused=" + refused);
    }

    private static int take(IntakeLog log, Take take, byte[] message) {
        final long before = log.wal.checkpoint().lsn(0);
        try {
            final Outcome outcome = take.of(message);
            final long logged = outcome.samples() + outcome.histograms() + outcome.exemplars() + outcome.metadata();
            assertEquals(logged > 0, Lsn.position(outcome.end().lsn(0)) > 0);
            assertTrue(outcome.rejected() == 0 || outcome.firstRejection() != null);
            return 0;
        } catch (BadMessageException refusal) {
            assertTrue(refusal.getMessage().matches("[^\\n]+: offset=\\d+ field=[A-Za-z0-9_.]+"), refusal.getMessage());
            assertEquals(before, log.wal.checkpoint().lsn(0));
            return 1;
        }
    }

    @Test
    void shouldRefuseNumbersGroupsAndLengthsOutOfRange() {
        final byte[][] messages = {
            bytes(10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), // 11 bytes
            bytes(10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), // negative length
            bytes(10, 0xff, 0xff, 0xff, 0xff, 0x0f), // 4 GiB
            bytes(0, 0), // field number 0
            bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0), // field number out of range
            bytes(0x7b, 0x7c), // a group's end of another number would be 0x74
            bytes(0x7c), // ends no group
            bytes(0x7f, 0), // wire type 7
            bytes(0x7b), // a group without end
            bytes(0x79, 1, 2, 3), // 8 bytes cut short
            bytes(0x7d, 1) // 4 bytes cut short
        };
        try (IntakeLog log = new IntakeLog(directory)) {
            for (int i = 0; i < messages.length; i++) {
                final byte[] message = messages[i];
                if (i == 5) {
                    assertEquals(0, assertTaken(log, message).rejected());
                    continue;
                }
                assertThrows(BadMessageException.class, () -> log.otlp(message), "message " + i);
                assertThrows(
                        BadMessageException.class,
                        () -> log.remoteWrite2(message.clone()[0] == 10 ? with(34, message) : message));
            }
            final byte[] groups = new byte[100_000];
            Arrays.fill(groups, (byte) 0x7b);
            assertThrows(BadMessageException.class, () -> log.otlp(groups));
        }
    }

    private static byte[] with(int first, byte[] message) {
        final byte[] copy = message.clone();
        copy[0] = (byte) first;
        return copy;
    }

    private static Outcome assertTaken(IntakeLog log, byte[] message) {
        try {
            return log.otlp(message);
        } catch (BadMessageException failure) {
            throw new AssertionError(failure);
        }
    }

    private static byte[] bytes(int... values) {
        final byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
