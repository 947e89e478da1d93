/// Programs that measure: Seriatim alone (JMH, classes named `...Benchmark`) and beside its rivals
/// ([io.seriatim.bench.BenchMain]).
package io.seriatim.bench;
