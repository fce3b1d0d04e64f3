/**
 * Traces of calls, by OpenTelemetry. Off unless it is configured; then no class of OpenTelemetry is
 * loaded, and nothing is allocated for a call.
 */
@NullMarked
package fob.traces;

import org.jspecify.annotations.NullMarked;
