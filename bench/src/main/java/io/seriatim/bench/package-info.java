/// Programs that measure: Seriatim alone (JMH, classes named `...Benchmark`) and beside its rivals
/// ([io.seriatim.bench.CompareMain]). Throughput only, for now.
package io.seriatim.bench;
