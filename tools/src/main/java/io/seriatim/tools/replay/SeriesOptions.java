package io.seriatim.tools.replay;

import io.seriatim.tools.select.BadSelectorException;
import io.seriatim.tools.select.Selection;
import io.seriatim.wal.Lsn;
import java.util.BitSet;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which series and shards are asked for.
public final class SeriesOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--select",
            paramLabel = "S",
            description = {
                "Only series that match, as in Prometheus: up, '{job=\"api\"}', 'up{mode!~\"idle|iowait\"}'. Given"
                        + " more than once, any of them.",
                "= and != compare, =~ and !~ match a whole value with RE2; a label that is not there is empty."
            })
    private List<String> selectors = List.of();

    @Option(
            names = "--shard",
            paramLabel = "N",
            split = ",",
            description = "Only these shards, as in 0,3. The others are read and checked all the same.")
    private List<Integer> shards = List.of();

    /// @return the series asked for
    /// @throws ParameterException if that makes no sense
    public Selection selection() {
        return selection(mixee, selectors);
    }

    /// @return the series that selectors of a command ask for
    /// @throws ParameterException if that makes no sense
    public static Selection selection(CommandSpec command, List<String> selectors) {
        try {
            return Selection.of(selectors);
        } catch (BadSelectorException failure) {
            throw new ParameterException(command.commandLine(), failure.getMessage(), failure);
        }
    }

    /// @return the shards asked for, none for all
    /// @throws ParameterException if there can be no such shard
    public BitSet shards() {
        final BitSet wanted = new BitSet();
        for (final int shard : shards) {
            if (shard < 0 || shard >= Lsn.MAX_SHARDS) {
                throw new ParameterException(
                        mixee.commandLine(), "shard out of range [0, " + Lsn.MAX_SHARDS + "): shard=" + shard);
            }
            wanted.set(shard);
        }
        return wanted;
    }
}
