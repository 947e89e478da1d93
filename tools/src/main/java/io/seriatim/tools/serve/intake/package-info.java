/// Takes in messages of metrics protocols: OpenTelemetry's OTLP and Prometheus' remote write, read by hand from
/// their bytes. What becomes of each field says `tools/SERVE-MAPPING.md`.
package io.seriatim.tools.serve.intake;
