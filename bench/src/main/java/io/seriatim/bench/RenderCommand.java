package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes tables of a run.
@Command(name = "render", mixinStandardHelpOptions = true, description = "Prints the tables of a results.json.")
final class RenderCommand implements Callable<Integer> {
    @Option(names = "--from", defaultValue = "bench/target/results/results.json")
    private Path from;

    @Override
    public Integer call() throws IOException {
        System.out.print(new Tables(Results.read(from)).markdown());
        return 0;
    }
}
