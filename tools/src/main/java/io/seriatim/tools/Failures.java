package io.seriatim.tools;

import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.WalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// Turns whatever went wrong into one line on stderr and an exit code.
final class Failures {
    private Failures() {}

    static int badArguments(ParameterException failure, String[] arguments) {
        final CommandLine line = failure.getCommandLine();
        final PrintWriter err = line.getErr();
        err.println(line.getColorScheme().errorText("seriatim: " + failure.getMessage()));
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("try: " + line.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.BAD_ARGUMENTS;
    }

    static int explain(Seriatim seriatim, Throwable failure) {
        final Remarks remarks = seriatim.remarks();
        remarks.clear();
        if (failure instanceof Output.Lost lost && lost.readerWentAway()) {
            return ExitCode.SOUND; // what it read was what was there
        }
        remarks.say("seriatim: " + message(failure));
        if (seriatim.debug()) {
            failure.printStackTrace(seriatim.streams().err());
        }
        return failure instanceof DamagedLogException damaged ? ExitCode.of(damaged.damage()) : ExitCode.FAILED;
    }

    private static String message(Throwable failure) {
        return switch (failure) {
            case WalException known -> known.getMessage();
            case Output.Lost lost -> lost.getMessage();
            case UncheckedIOException io -> oneLine(io.getCause());
            case IOException io -> oneLine(io);
            case CannotRunException known -> known.getMessage();
            case Throwable unexpected ->
                "unexpected: " + oneLine(unexpected) + " (run again with --debug and report the stack trace)";
        };
    }

    /// The messages of `java.nio.file` are often a bare file name; the type then says what about it.
    private static String oneLine(Throwable failure) {
        return switch (failure) {
            case AccessDeniedException denied ->
                inOneLine("no permission: file=" + denied.getFile() + " (this user may not)");
            case NoSuchFileException missing -> inOneLine("no such file or directory: file=" + missing.getFile());
            case Throwable other -> inOneLine(other.toString().replaceFirst("^(?:\\w+\\.)+", ""));
        };
    }

    private static String inOneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
