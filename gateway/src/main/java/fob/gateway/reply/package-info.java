/**
 * Brings replies from Kafka to those who wait for them at this gateway: callers, and clients that
 * look up results.
 */
@NullMarked
package fob.gateway.reply;

import org.jspecify.annotations.NullMarked;
