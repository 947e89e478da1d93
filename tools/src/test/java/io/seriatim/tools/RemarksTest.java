package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RemarksTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);

    @Test
    void shouldWriteOneLineOverOnATerminal() throws Exception {
        final Remarks remarks = new Remarks(stream, true, false);
        Thread.sleep(110);
        remarks.progress(() -> "half");
        remarks.progress(() -> "too soon");
        remarks.remark("done");

        assertEquals("\r\u001b[Khalf\r\u001b[Kdone" + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldKeepQuietExceptForWhatMustBeSeen() throws Exception {
        final Remarks remarks = new Remarks(stream, true, true);
        Thread.sleep(110);
        remarks.progress(() -> "half");
        remarks.remark("done");
        remarks.say("seriatim: trouble");

        assertEquals("seriatim: trouble" + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
    }
}
