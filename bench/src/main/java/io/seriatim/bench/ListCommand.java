package io.seriatim.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Says what there is to run.
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists parts and contenders.")
final class ListCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.println("Parts, with the minutes of a short and of a full run for all contenders:");
        for (final Part part : Part.values()) {
            System.out.printf(
                    "  %-24s %4.1f %5.0f   %s%n",
                    part.id(), part.seconds(false) / 60.0, part.seconds(true) / 60.0, part.title);
        }
        System.out.println("Contenders:");
        for (final ContenderKind kind : ContenderKind.values()) {
            System.out.printf("  %-24s %s (%s)%n", kind.id(), kind.title, kind.version());
        }
        return 0;
    }
}
