/** Writes records to Kafka and waits until they are replicated. */
@NullMarked
package fob.gateway.publish;

import org.jspecify.annotations.NullMarked;
