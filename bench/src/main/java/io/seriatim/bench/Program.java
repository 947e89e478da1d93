package io.seriatim.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A program that measures in this JVM and prints a line of JSON for each repetition. [BenchMain] starts
/// it in fresh JVMs; it runs by hand as well.
abstract class Program implements Callable<Integer> {
    /// Begins a line that is a [Measurement]; a rival may print others.
    static final String TAG = "@measurement ";

    /// Begins a line that says why the contender does not take part.
    static final String REFUSED = "@refused ";

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(paramLabel = "CONTENDER")
    ContenderKind kind;

    @Option(names = "--dir", required = true, description = "an empty directory, on the file system to measure")
    Path directory;

    static int run(Program program, String[] args) {
        return new CommandLine(program)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .registerConverter(ContenderKind.class, ContenderKind::of)
                .execute(args);
    }

    @Override
    public final Integer call() throws Exception {
        try {
            measure();
        } catch (UnsupportedOperationException refused) {
            System.out.println(REFUSED + refused.getMessage());
        }
        return 0;
    }

    /// @throws UnsupportedOperationException saying why the contender does not take part
    abstract void measure() throws Exception;

    final void report(String variant, int repetition, Map<String, Double> values, Map<String, String> histograms)
            throws IOException {
        System.out.println(line(new Measurement("", kind.id(), variant, 0, repetition, values, histograms)));
    }

    static String line(Measurement measurement) throws JsonProcessingException {
        return TAG + JSON.writeValueAsString(measurement);
    }

    static Measurement parse(String line) throws JsonProcessingException {
        return JSON.readValue(line.substring(TAG.length()), Measurement.class);
    }
}
