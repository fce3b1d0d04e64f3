package fob.function;

import java.time.Instant;

/**
 * An invoker's note that a function which may become idle has calls that wait, run, or have ended
 * since the last note.
 *
 * @param at when the invoker saw that
 */
public record UseReport(FunctionId function, Instant at) implements Report {}
