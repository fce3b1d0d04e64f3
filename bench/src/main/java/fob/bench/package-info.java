/**
 * The benchmark. It measures calls through the whole of fob, and in the same run its two
 * unavoidable parts: requests and replies over Kafka alone (the bare bus), and calls of the driver.
 * Start reading at {@link fob.bench.Bench}; docs/performance.md explains the figures.
 */
@NullMarked
package fob.bench;

import org.jspecify.annotations.NullMarked;
