package io.seriatim.tools.dump;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.Streams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim dump FILE`: a segment frame by frame, every byte beside its meaning.
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Shows a segment frame by frame, every byte beside its meaning.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Draws header, seal, frames, gaps and the unwritten rest of a segment file on the layouts of FORMAT.md;"
                + " also wal.meta and a consumer's position. Works on damaged files and on copies that lie anywhere: a"
                + " gap is drawn as the frame that it may have been, with the checksum that its bytes come to; a"
                + " destroyed header is replaced by what the neighbours in its shard say.%n",
            "It only shows; what damage means, verify says, which knows the whole log.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim dump wal/shard-000/0000000000000000.seg",
            "  seriatim dump wal/shard-000/0000000000000000.seg --brief --limit 1000 | grep GAP",
            "  seriatim dump wal/shard-000/0000000000000000.seg --frame 17",
            "  seriatim dump wal/shard-000/0000000000000000.seg --at 18408      where verify found damage",
            "  seriatim dump wal/wal.meta",
            "  seriatim dump wal/consumers/shipper",
            "",
            "Exit codes: 0 everything in the file is valid, 2 something is not, 3 could not run, 64 bad arguments.",
        })
public final class DumpCommand implements Callable<Integer> {
    private static final long DEFAULT_LIMIT = 20;

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A segment file, wal.meta, or a consumer's position.")
    private Path file;

    @Option(names = "--frame", paramLabel = "N", description = "Begin with frame N, the first being 0; show one part.")
    private Long frame;

    @Option(
            names = "--at",
            paramLabel = "OFFSET",
            description = "Begin with the part that holds this byte of the file (0x... is hexadecimal); show one part.")
    private String at;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Show at most N parts (default: 20; 1 with --frame or --at).")
    private Long limit;

    @Option(names = "--brief", description = "One line a part.")
    private boolean brief;

    @Option(names = "--json", description = "One JSON object instead of the drawing: see REPORT.md.")
    private boolean json;

    @Override
    public Integer call() {
        if (limit != null && limit < 1) {
            throw badArgument("limit must be positive: limit=" + limit);
        }
        final Predicate<Part> first = first();
        if (!Files.exists(file)) {
            throw new CannotRunException("no such file: file=" + file);
        }
        if (!Files.isRegularFile(file)) {
            throw new CannotRunException(
                    "not a regular file: file=" + file + " (name one segment, such as shard-000/0000000000000000.seg)");
        }
        final boolean one = frame != null || at != null;
        final DumpedFile dumped = DumpedFile.of(file, first, limit != null ? limit : one ? 1 : DEFAULT_LIMIT);
        if (dumped.finder().parts().isEmpty()) {
            throw new CannotRunException(
                    frame != null
                            ? "no such frame: frame=" + frame + " frames="
                                    + dumped.finder().frames() + " file=" + file
                            : "no such byte: at=" + at + " bytes=" + dumped.bytes() + " file=" + file);
        }
        final Streams streams = seriatim.streams();
        final int code = dumped.isWhole() ? ExitCode.SOUND : ExitCode.DAMAGED;
        streams.out()
                .printLast(
                        json ? DumpJson.of(dumped, code) : new DumpText(dumped, brief, streams.coloursOnOut()).text());
        return code;
    }

    private Predicate<Part> first() {
        if (frame != null && at != null) {
            throw badArgument("--frame and --at both say where to begin: give one of them");
        }
        if (frame != null) {
            return part -> part.kind() == Part.Kind.FRAME && part.index() == frame;
        }
        if (at == null) {
            return part -> true;
        }
        try {
            final long offset = Long.decode(at);
            return part -> part.contains(offset);
        } catch (NumberFormatException _) {
            throw badArgument("--at is no offset: '" + at + "' (write 18408 or 0x47e8)");
        }
    }

    private ParameterException badArgument(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
