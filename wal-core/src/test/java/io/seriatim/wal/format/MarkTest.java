package io.seriatim.wal.format;

import static io.seriatim.wal.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.Lsn;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkTest {
    @ParameterizedTest
    @ValueSource(ints = {0, Mark.IDLE, Mark.CLOSE})
    void shouldDecodeWhatWasEncoded(int flags) throws MalformedFrameException {
        final Mark mark = new Mark(4096, 4200, 8000, 77, -1, flags);
        final byte[] frame = frame(mark, 0);

        assertEquals(Mark.LENGTH, frame.length);
        assertEquals(mark, Mark.decode(frame, 0, frame.length));
    }

    @Test
    void shouldDecodeTheExtremes() throws MalformedFrameException {
        for (final Mark mark : new Mark[] {
            new Mark(0, 0, 0, 0, Long.MIN_VALUE, Mark.IDLE),
            new Mark(
                    Lsn.POSITION_LIMIT - 1,
                    Lsn.POSITION_LIMIT - 1,
                    Lsn.POSITION_LIMIT - 1,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE,
                    Mark.CLOSE)
        }) {
            assertEquals(mark, Mark.decode(frame(mark, 0), 0, Mark.LENGTH));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, 0, 0, 0",
        "8, 0, 16, 0, 0, 0",
        "0, 16, 8, 0, 0, 0",
        "0, 0, 9007199254740992, 0, 0, 0",
        "0, 0, 8, -1, 0, 0",
        "0, 0, 8, 1, 4, 0",
        "0, 0, 8, 1, 16777215, 0",
        "0, 0, 8, 1, 0, 1"
    })
    void shouldRefuseWhenItContradictsItself(long durable, long from, long to, long records, int flags, int word) {
        final byte[] frame = frame(new Mark(durable, from, to, records, 0, flags), word);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> Mark.decode(frame, 0, frame.length)),
                "mark contradicts itself: Mark[");
    }

    @Test
    void shouldRefuseAnyOtherLength() {
        final byte[] frame = frame(new Mark(0, 0, 8, 1, 0, 0), 0);
        for (int length = 0; length < frame.length + 20; length++) {
            if (length != frame.length) {
                final byte[] other = Arrays.copyOf(frame, length);
                assertSays(
                        assertThrows(MalformedFrameException.class, () -> Mark.decode(other, 0, other.length)),
                        "length=" + length);
            }
        }
    }

    private static byte[] frame(Mark mark, int word) {
        final long[] fields = {mark.durable(), mark.from(), mark.to(), mark.records(), mark.wallClockMs()};
        final SamplesEncoder encoder = new SamplesEncoder();
        final int length = encoder.fields(FrameLayout.MARK, mark.flags(), word, fields, Mark.FIELDS);
        return Arrays.copyOf(encoder.buffer(), length);
    }
}
