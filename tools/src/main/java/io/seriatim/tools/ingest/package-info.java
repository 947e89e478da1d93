/// `seriatim ingest`: text and other programs' logs into a log.
///
/// ```
/// Sources -> Input -> Sniffer -> Reader -> Session -> Appender -> the log
/// ```
package io.seriatim.tools.ingest;
