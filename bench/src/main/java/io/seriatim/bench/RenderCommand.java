package io.seriatim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes tables and pictures of a run. What it writes into a page that is there goes between two marks, so that the
/// prose
/// around them stays.
@Command(name = "render", mixinStandardHelpOptions = true, description = "Makes tables and pictures of a results.json.")
final class RenderCommand implements Callable<Integer> {
    static final String BEGIN = "<!-- bench: begin; made by bench/bin/bench render -->";
    static final String END = "<!-- bench: end -->";

    @Option(names = "--from", defaultValue = "bench/target/results/results.json")
    private Path from;

    @Option(
            names = "--to",
            defaultValue = "bench/target/results/RESULTS.md",
            description = "the page; its pictures go into plots/ beside it. To publish: bench/RESULTS.md")
    private Path page;

    @Override
    public Integer call() throws IOException {
        final Results results = Results.read(from);
        final List<String> plots = new Plots(results, page.resolveSibling("plots")).draw();
        final String pictures = plots.stream()
                .map(name -> "![" + name.replace(".svg", "").replace('-', ' ') + "](plots/" + name + ")\n")
                .collect(Collectors.joining("\n"));
        final String made = BEGIN + "\n\n" + new Tables(results, pictures).markdown() + "\n" + END + "\n";
        Files.writeString(page, inserted(Files.exists(page) ? Files.readString(page) : "", made));
        System.err.println("written: " + page + " and " + plots.size() + " pictures beside it");
        return 0;
    }

    /// @return the old page with what is between its marks replaced, or added to its end if it has none
    static String inserted(String old, String made) {
        final int begin = old.indexOf(BEGIN);
        final int end = old.indexOf(END);
        if (begin < 0 || end < begin) {
            return old.isEmpty() ? made : old.stripTrailing() + "\n\n" + made;
        }
        return old.substring(0, begin)
                + made
                + old.substring(end + END.length()).stripLeading();
    }
}
