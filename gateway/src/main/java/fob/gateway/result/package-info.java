/**
 * Finds the results of calls by their request ids, and the calls that idempotency keys stand for.
 */
@NullMarked
package fob.gateway.result;

import org.jspecify.annotations.NullMarked;
