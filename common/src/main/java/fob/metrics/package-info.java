/**
 * What a service counts of its work: the calls of each function, and everything else with
 * Micrometer. All of it is served at {@code /metrics}; start reading at {@code Metrics}.
 */
@NullMarked
package fob.metrics;

import org.jspecify.annotations.NullMarked;
