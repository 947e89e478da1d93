package io.seriatim.tools.ingest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Writes much text to try `ingest` on, as one would scrape it from a thousand series. No test; run it from its source:
///
/// ```
/// java tools/src/test/java/io/seriatim/tools/ingest/TextGenerator.java openmetrics 10000000 > big.om
/// ```
///
/// Half of the values are counters, a quarter has two decimals, a quarter has all digits that a double can have.
final class TextGenerator {
    private static final int SERIES = 1000;
    private static final long START_MS = 1_700_000_000_000L;
    private static final long STEP_MS = 15_000;

    private TextGenerator() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            System.err.println("usage: TextGenerator openmetrics|prometheus|lineprotocol SAMPLES > FILE");
            System.exit(64);
        }
        final boolean influx = arguments[0].equals("lineprotocol");
        final boolean seconds = arguments[0].equals("openmetrics");
        final long samples = Long.parseLong(arguments[1]);
        try (PrintStream out = new PrintStream(new BufferedOutputStream(stdout(), 1 << 20), false)) {
            write(out, samples, influx, seconds);
            if (seconds) {
                out.print("# EOF\n");
            }
        }
    }

    private static OutputStream stdout() {
        return new java.io.FileOutputStream(java.io.FileDescriptor.out);
    }

    private static void write(PrintStream out, long samples, boolean influx, boolean seconds) throws IOException {
        final byte[][] series = new byte[SERIES][];
        for (int i = 0; i < SERIES; i++) {
            final String text = influx
                    ? "node_cpu_seconds_total,cpu=%d,instance=host-%03d:9100,job=node,mode=user value="
                    : "node_cpu_seconds_total{cpu=\"%d\",instance=\"host-%03d:9100\",job=\"node\",mode=\"user\"} ";
            series[i] = text.formatted(i % 4, i / 4).getBytes(StandardCharsets.US_ASCII);
        }
        final SplittableRandom random = new SplittableRandom(42);
        for (long sample = 0; sample < samples; sample++) {
            final int which = (int) (sample % SERIES);
            final long time = START_MS + sample / SERIES * STEP_MS + which % 1000;
            out.write(series[which]);
            out.print(value(random, which, sample));
            out.print(' ');
            if (influx) {
                out.print(time * 1_000_000);
            } else if (seconds) {
                out.print(time / 1000 + "." + String.valueOf(1000 + time % 1000).substring(1));
            } else {
                out.print(time);
            }
            out.print('\n');
        }
    }

    private static String value(SplittableRandom random, int which, long sample) {
        return switch (which % 4) {
            case 0, 1 -> String.valueOf(sample * 7 + random.nextInt(7));
            case 2 -> String.valueOf(random.nextInt(1_000_000) / 100.0);
            default -> String.valueOf(random.nextDouble() * 1000);
        };
    }
}
