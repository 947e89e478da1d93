package io.seriatim.tools.demo;

import java.nio.file.Path;

/// What a demonstration is asked to do.
///
/// @param rounds    how often to kill
/// @param seconds   the longest that a child logs
/// @param seed      of all that is random
/// @param hosts     simulated by each producer
/// @param diskBytes what the log may take
/// @param directory where, or null
/// @param keep      whether to leave the directory behind
record DemoOptions(int rounds, double seconds, long seed, int hosts, long diskBytes, Path directory, boolean keep) {}
