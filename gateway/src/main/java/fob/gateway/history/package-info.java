/** The calls of a function that are still in Kafka. */
@NullMarked
package fob.gateway.history;

import org.jspecify.annotations.NullMarked;
