package fob.invoker;

import java.time.Instant;

/**
 * Which of the calls that wait for one function is served first: all synchronous calls before the
 * asynchronous ones, and of each kind the one that waits since the earliest time.
 *
 * @param since for an asynchronous call when it was accepted. So a call that was postponed comes
 *     before younger ones when it is read again.
 */
record Priority(CallKind kind, Instant since) {}
