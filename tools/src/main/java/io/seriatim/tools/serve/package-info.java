/// `seriatim serve`: OTLP and Prometheus remote write into a log. Requests come in at a front ([HttpFront],
/// [GrpcFront]), get room ([Admission]), are unpacked and taken ([Taker]), and answered as their protocol prescribes.
package io.seriatim.tools.serve;
