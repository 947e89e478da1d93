package io.seriatim.tools.serve;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Where an option's value comes from when no flag gives it: the environment (`--max-message` is
/// `SERIATIM_SERVE_MAX_MESSAGE`), then a file of `name=value` lines (`max-message=8m`), then the default. Its reader is
/// strict: a name that is no option is an error, not a setting that somebody believes in.
public final class ServeSettings implements IDefaultValueProvider {
    private static final String PREFIX = "SERIATIM_SERVE_";
    private static final String CONFIG = "--config";

    /// Read by the launcher, or means nothing without a flag.
    private static final Set<String> NO_SETTINGS = Set.of("help", "version", "config");

    private final Map<String, String> environment;
    private final Properties file = new Properties();
    private final String problem;

    /// @param arguments   of the command line, of which only `--config` is looked at
    /// @param environment of the process
    public ServeSettings(List<String> arguments, Map<String, String> environment) {
        this.environment = environment;
        final String name = file(arguments);
        problem = name == null ? null : read(Path.of(name));
    }

    private String file(List<String> arguments) {
        for (int i = arguments.size() - 1; i >= 0; i--) {
            if (arguments.get(i).startsWith(CONFIG + "=")) {
                return arguments.get(i).substring(CONFIG.length() + 1);
            }
            if (arguments.get(i).equals(CONFIG) && i + 1 < arguments.size()) {
                return arguments.get(i + 1);
            }
        }
        return environment.get(PREFIX + "CONFIG");
    }

    private String read(Path path) {
        try (Reader reader = Files.newBufferedReader(path)) {
            file.load(reader);
            return null;
        } catch (IOException | IllegalArgumentException failure) {
            return "cannot read the settings: file=" + path + " cause=" + failure;
        }
    }

    /// @return what is wrong with the settings, for the user, or null
    String problem(CommandSpec command) {
        if (problem != null) {
            return problem;
        }
        final Set<String> known = new TreeSet<>();
        for (final OptionSpec option : command.options()) {
            known.add(name(option));
        }
        known.removeAll(NO_SETTINGS);
        for (final String name : file.stringPropertyNames()) {
            if (!known.contains(name)) {
                return "no such setting in the file: name=" + name + " known=" + String.join(", ", known);
            }
        }
        for (final String name : environment.keySet()) {
            if (name.startsWith(PREFIX)) {
                final String option =
                        name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
                if (!known.contains(option) && !option.equals("config")) {
                    return "no such setting in the environment: name=" + name + " known=" + String.join(", ", known);
                }
            }
        }
        return null;
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || NO_SETTINGS.contains(name(option))) {
            return null;
        }
        final String name = name(option);
        final String variable =
                environment.get(PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        return variable != null ? variable : file.getProperty(name);
    }

    private static String name(OptionSpec option) {
        return option.longestName().replaceFirst("^--", "");
    }
}
