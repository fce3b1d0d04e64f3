/**
 * The load harness: calls through all of fob, measured against its two unavoidable parts, the bare
 * bus and the driver, in the same run on the same processes. Start at {@link fob.bench.Bench}; what
 * the figures mean is in docs/performance.md.
 */
@NullMarked
package fob.bench;

import org.jspecify.annotations.NullMarked;
