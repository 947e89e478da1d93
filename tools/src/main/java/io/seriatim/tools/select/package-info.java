/// Which series a command is about, in the notation of Prometheus. Knows labels and nothing else of a log.
package io.seriatim.tools.select;
