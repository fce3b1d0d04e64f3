/**
 * Calls of functions: their payloads, synchronous and asynchronous publication, idempotent calls,
 * and the replies that callers wait for.
 */
@NullMarked
package fob.gateway.call;

import org.jspecify.annotations.NullMarked;
