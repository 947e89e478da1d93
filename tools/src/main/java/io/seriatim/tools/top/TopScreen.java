package io.seriatim.tools.top;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/// A terminal that is drawn over, and whose keys are heard one by one. Not thread-safe.
final class TopScreen implements AutoCloseable {
    private static final String OPEN = "\u001b[?1049h\u001b[?25l"; // another page, no cursor
    private static final String CLOSE = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_PAGE = "\u001b[J";
    private static final int DEFAULT_WIDTH = 132;
    private static final int DEFAULT_HEIGHT = 40;

    private final Terminal terminal;
    private final Attributes before;
    private volatile boolean interrupted;

    /// What a user asks for.
    enum Wish {
        NOTHING,
        QUIT,
        FASTER,
        SLOWER
    }

    TopScreen() throws IOException {
        terminal = TerminalBuilder.builder()
                .system(true)
                .provider("exec") // needs no native code
                .dumb(true)
                .build();
        before = terminal.enterRawMode();
        terminal.handle(Terminal.Signal.INT, _ -> interrupted = true);
        print(OPEN);
    }

    private void print(String text) {
        final PrintWriter writer = terminal.writer();
        writer.print(text);
        writer.flush();
    }

    /// Draws a page over the one before; what does not fit is cut off.
    void draw(String page) {
        final Size size = terminal.getSize();
        // A terminal that was never told its size says 0.
        final int width = size.getColumns() > 0 ? size.getColumns() : DEFAULT_WIDTH;
        final int height = size.getRows() > 1 ? size.getRows() : DEFAULT_HEIGHT;
        final StringBuilder drawn = new StringBuilder(HOME);
        page.lines()
                .limit(height - 1L)
                .forEach(line -> drawn.append(line, 0, Math.min(line.length(), width - 1))
                        .append(REST_OF_LINE)
                        .append("\r\n"));
        print(drawn.append(REST_OF_PAGE).toString());
    }

    /// Waits for a key.
    Wish await(long millis) throws IOException {
        final long deadlineNs = System.nanoTime() + millis * 1_000_000;
        final NonBlockingReader keys = terminal.reader();
        while (!interrupted) {
            final long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return Wish.NOTHING;
            }
            final int key = keys.read(Math.min(leftMs, 100)); // a signal does not wake it
            if (key != NonBlockingReader.READ_EXPIRED) {
                return wish(key);
            }
        }
        return Wish.QUIT;
    }

    private static Wish wish(int key) {
        if (key == NonBlockingReader.EOF) {
            return Wish.QUIT;
        }
        // Not the escape key: what a terminal answers when it is asked something begins like that.
        return switch (String.valueOf((char) key).toLowerCase(Locale.ROOT)) {
            case "q", "\u0003" -> Wish.QUIT;
            case "+" -> Wish.FASTER;
            case "-" -> Wish.SLOWER;
            default -> Wish.NOTHING;
        };
    }

    @Override
    public void close() throws IOException {
        print(CLOSE);
        terminal.setAttributes(before);
        terminal.close();
    }
}
