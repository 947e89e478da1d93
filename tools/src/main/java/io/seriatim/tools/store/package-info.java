/// Logs sent to stores that take remote write or OTLP.
package io.seriatim.tools.store;
