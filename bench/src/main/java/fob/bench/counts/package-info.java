/**
 * What threads use: how often they are switched, and their processor time, read from {@code /proc}.
 * Start reading at {@link fob.bench.counts.Meter}.
 */
@NullMarked
package fob.bench.counts;

import org.jspecify.annotations.NullMarked;
